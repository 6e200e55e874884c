/**
 * proxmox-api gives the typed paths only. Its own HTTP engine (it retries writes and cannot pin TLS) and undici, on
 * which that engine stands, stay out of the program: whoever reaches it by mistake gets this error.
 */
const stub = `export class ProxmoxEngine {
  constructor() { throw new Error('The engine of proxmox-api is not part of Proxdeck.'); }
}
export default ProxmoxEngine;
`;

export const withoutProxmoxEngine = {
  name: 'without-proxmox-engine',
  setup(build) {
    build.onLoad({ filter: /[\\/]proxmox-api[\\/].*[\\/]ProxmoxEngine\.js$/ }, () => ({ contents: stub }));
  },
};

/** Throws if anything of undici came into the bundle, by whatever way. */
export function refuseUndici(metafile) {
  const found = Object.keys(metafile.inputs).filter((file) => /(^|\/)node_modules\/undici\//.test(file));
  if (found.length > 0) throw new Error(`undici must not be bundled, but is: ${found.slice(0, 3).join(', ')}`);
}
