import type { Artifact } from '../../src/models/artifact.ts';
import type { Generator } from '../../src/models/stack.ts';
import { security, testing, testingChecklist, troubleshooting } from './care.ts';
import { dockerGuide, helmGuide, kubernetesGuide, systemdGuide } from './guides.ts';
import { comparison, deployment, overview, pullRequest } from './overview.ts';
import { configurationReference, providers } from './reference.ts';

const page = (path: string, content: string): Artifact => ({ path, content, mode: 0o644 });

/** Makes the documents of a stack, all of the model that its files are made of: they cannot drift apart. */
export const docs: Generator = (stack) => ({
  artifacts: [
    page('README.md', overview(stack)),
    page('DEPLOYMENT.md', deployment(stack)),
    page('deployment-comparison.md', comparison(stack)),
    page('guide-docker.md', dockerGuide(stack)),
    page('guide-helm.md', helmGuide(stack)),
    page('guide-kubernetes.md', kubernetesGuide(stack)),
    page('guide-systemd.md', systemdGuide(stack)),
    page('configuration-reference.md', configurationReference(stack)),
    ...(stack.extension.providers.length === 0 ? [] : [page('providers.md', providers(stack))]),
    page('troubleshooting.md', troubleshooting(stack)),
    page('security-hardening.md', security(stack)),
    page('TESTING.md', testing(stack)),
    page('TESTING-CHECKLIST.md', testingChecklist(stack)),
    page('pull-request.md', pullRequest(stack)),
  ],
  losses: [],
});
