/** How far back the histories of Proxmox VE reach (`rrddata`). */
export const timeframes = ['hour', 'day', 'week', 'month', 'year'] as const;
export type Timeframe = (typeof timeframes)[number];
