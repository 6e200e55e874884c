/**
 * Actions by the full hash of a commit, with the version that it is: a tag can be moved, a hash cannot. They are raised by Dependabot or
 * Renovate, which read the comment behind them.
 */
export const actions = {
  checkout: ['actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8', 'v6.0.1'],
  upload: ['actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02', 'v4.6.2'],
  download: ['actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093', 'v4.3.0'],
  buildx: ['docker/setup-buildx-action@e468171a9de216ec08956ac3ada2f0791b6bd435', 'v3.11.1'],
  login: ['docker/login-action@5e57cd118135c172c3672efd75eb46360885c0ef', 'v3.6.0'],
  metadata: ['docker/metadata-action@c299e40c65443455700f0fdfc63efafe5b349051', 'v5.10.0'],
  build: ['docker/build-push-action@263435318d21b8e681c14492fe198d362a7d2c83', 'v6.18.0'],
  helm: ['azure/setup-helm@1a275c3b69536ee54be43f2070a358922e12c8d4', 'v4.3.1'],
  hadolint: ['hadolint/hadolint-action@2332a7b74a6de0dda2e2221d575162eba76ba5e5', 'v3.3.0'],
} as const;

/** Tools that the workflows bring along, by version. */
export const tools = { helm: 'v4.3.1', kubeconform: 'v0.8.0' } as const;
