/** Returns the addresses by which others reach a guest, without prefix length: loopback and link-local ones are left out. */
export const reachable = (interfaces: readonly { readonly addresses: readonly string[] }[]): readonly string[] =>
  interfaces
    .flatMap(({ addresses }) => addresses)
    .map((cidr) => cidr.split('/')[0] ?? cidr)
    .filter((address) => !/^(?:127\.|::1$|169\.254\.|fe[89ab][0-9a-f]:)/i.test(address));
