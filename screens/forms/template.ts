import type { Guest } from '../../src/models/cluster.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { FormDefinition } from '../../src/ui/form.ts';
import { selectorOf } from '../../src/ui/lacking.ts';
import { backupNote } from './backupNote.ts';

/** Makes a guest a template. */
export const templateForm = (app: AppModel, guest: Guest): FormDefinition => ({
  title: `Make ${String(guest.vmid)} ${guest.name} a template`,
  verb: 'Convert',
  destroys: true,
  pages: [
    {
      title: 'Template',
      fields: () => [],
      notes: () => [
        'it cannot be started any more, only cloned; there is no way back',
        'to keep the guest, clone it first and make the clone a template',
        backupNote(app, guest),
        '',
      ],
    },
  ],
  call: () => ({ name: 'guest.template', input: { guest: selectorOf(guest) } }),
});
