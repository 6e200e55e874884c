import { Document, isMap } from 'yaml';
import type * as z from 'zod';
import { workspaceVersion, type targetSchema, type vlanSchema } from '../models/workspace.ts';

/** What a new workspace begins with. */
export interface NewWorkspace {
  readonly context?: string;
  readonly targets: Readonly<Record<string, z.input<typeof targetSchema>>>;
  readonly vlans: Readonly<Record<string, z.input<typeof vlanSchema>>>;
}

const header = ` yaml-language-server: $schema=.proxdeck/schemas/proxdeck.json
 A workspace of Proxdeck: stacks (applications) and what is rendered of them.
 What may stand here: docs/workspace.md of Proxdeck. \`proxdeck workspace show\` checks it.`;

/** What is said above a part, with an example where the part is empty. */
const comments: Readonly<Record<string, string>> = {
  context: ' The cluster of your configuration that this is about (`proxdeck context list`).',
  targets: ` Where stacks run: ssh, pct (a container through its node), agent (a VM through its guest agent), kubernetes, local.
   web:
     kind: ssh
     host: 10.100.0.10
     user: root`,
  network: ` The network plan. It is checked: octets, overlaps, gateways, VLANs 1 to 4094, addresses taken twice.
   vlans:
     dev:
       id: 100
       subnet: 10.100.0.0/24
       gateway: 10.100.0.1
       bridge: vmbr0
       reserved:
         nas: 10.100.0.10`,
  defaults: ` For stacks that say nothing else: the target, the generators, the versions of systemd and Kubernetes.
   target: web
   generators: [compose, systemd, docs]`,
};

/** Returns the text of a proxdeck.yaml: the same input, the same bytes. */
export const newWorkspaceText = ({ context, targets, vlans }: NewWorkspace): string => {
  const document = new Document({
    version: workspaceVersion,
    ...(context !== undefined && { context }),
    targets,
    network: { vlans },
    defaults: {},
  });
  document.commentBefore = header;
  if (isMap(document.contents)) {
    for (const pair of document.contents.items) {
      const comment = comments[String(pair.key)];
      if (comment === undefined) continue;
      const key = document.createNode(pair.key);
      key.commentBefore = comment;
      key.spaceBefore = true;
      pair.key = key;
    }
  }
  return document.toString({ lineWidth: 0 });
};
