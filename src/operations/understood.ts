import type * as z from 'zod';

/** Returns the rows of an answer that have the shape; others are left out, and so is an answer that is no list. */
export const understood = <Shape extends z.ZodType>(shape: Shape, data: unknown): z.output<Shape>[] =>
  (Array.isArray(data) ? data : []).flatMap((raw: unknown) => {
    const { success, data: row } = shape.safeParse(raw);
    return success ? [row] : [];
  });
