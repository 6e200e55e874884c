import { labelSchema } from '../models/workspace.ts';

/** The name of a stack that is there. */
export const stackName = labelSchema.describe('name of a stack').meta({ positional: true, completes: 'stack' });
