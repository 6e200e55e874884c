import * as z from 'zod';

/** The first line that `proxdeck simulate --output json` writes. */
export const announcementSchema = z.object({ url: z.string(), fingerprint: z.string(), token: z.string() });
