import type { Field } from '../../src/ui/form.ts';

/** Fields that every file asks for which is brought to a storage. */

/** The name it gets; `usual` is its own. */
export const nameField = (usual: string): Field => ({
  kind: 'text',
  name: 'name',
  label: 'Name',
  help: 'the name it gets there; its own where nothing is said',
  ...(usual !== '' && { placeholder: usual }),
  check: (value) => (/^[\w.-]+$/.test(value) ? undefined : 'A name has letters, digits and _ . - only.'),
});

/** Lengths of checksums in hexadecimal: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512. */
const lengths = [32, 40, 56, 64, 96, 128];

export const checksumField: Field = {
  kind: 'text',
  name: 'checksum',
  label: 'Checksum',
  help: 'hexadecimal; its length tells which one it is. The server refuses a file that has another',
  placeholder: 'not looked at',
  check: (value) => {
    if (!/^[0-9a-f]*$/i.test(value)) return 'A checksum has the digits 0 to 9 and a to f only.';
    return lengths.includes(value.length)
      ? undefined
      : `A checksum of ${String(value.length)} digits is none: SHA-256 has 64, SHA-512 has 128, MD5 has 32.`;
  },
};
