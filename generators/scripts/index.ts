import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator } from '../../src/models/stack.ts';
import { healthCheck } from './health.ts';
import { validateDeployment } from './validate.ts';
import { verify } from './verify.ts';

const script = (path: string, content: string): Artifact => ({ path, content, mode: 0o755 });

/** Makes the scripts that look: before a deployment, after it, and every day. Their exit codes mean something. */
export const scripts: Generator = (stack) => ({
  artifacts: [
    script('health-check.sh', healthCheck(stack)),
    script('validate-deployment.sh', validateDeployment(stack)),
    script('verify.sh', verify(stack)),
  ],
  losses: [],
});
