import { generate } from 'selfsigned';

/** Makes a self-signed certificate as a node has one (contract §3.6), with its key, both as PEM. */
export const makeCertificate = async (
  names: readonly string[],
  addresses: readonly string[],
): Promise<{ readonly key: string; readonly cert: string }> => {
  const pems = await generate(
    [
      { shortName: 'OU', value: 'PVE Cluster Node' },
      { shortName: 'O', value: 'Proxmox Virtual Environment' },
      { shortName: 'CN', value: names[0] ?? 'localhost' },
    ],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + 700 * 86_400_000),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: [
            ...['localhost', ...names].map((value) => ({ type: 2 as const, value })),
            ...['127.0.0.1', '::1', ...addresses].map((ip) => ({ type: 7 as const, ip })),
          ],
        },
      ],
    },
  );
  return { key: pems.private, cert: pems.cert };
};
