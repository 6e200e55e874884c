import { clean, wrapWords } from '../../components/text.ts';
import type { RealmRow } from '../../src/operations/access.ts';
import type { AppModel } from '../../src/ui/app.ts';
import type { Area, Drawing } from '../../src/ui/screen.ts';
import { answerLines } from '../answerLines.ts';
import { nothing } from '../condition.ts';
import { accessLooking, sectionOf, textFields } from './section.ts';

/** Where users come from. */

const types: Readonly<Record<string, string>> = {
  pam: 'users of the nodes themselves, with their Linux passwords',
  pve: 'users and passwords kept by Proxmox VE',
  ldap: 'a directory (LDAP)',
  ad: 'a directory (Active Directory)',
  openid: 'a sign-in page elsewhere (OpenID Connect)',
};

const lines = ({ realm, type, default: usual, tfa, comment }: RealmRow, drawing: Drawing & Area): readonly string[] => {
  const { app, look, width } = drawing;
  const answer = app.look('access.users', {}, accessLooking);
  const own = (answer.value ?? []).filter(({ userid }) => userid.endsWith(`@${realm}`));
  return [
    ...wrapWords(types[type] ?? clean(type), width),
    ...(usual === true ? ['offered first when somebody signs in'] : []),
    ...(tfa === undefined ? [] : [`demands a second factor: ${clean(tfa)}`]),
    ...(comment === undefined ? [] : wrapWords(clean(comment), width).map((line) => look.paint('muted', line))),
    '',
    look.paint('muted', 'its users'),
    ...answerLines(answer, drawing),
    ...(answer.value !== undefined && own.length === 0 ? ['  none that this login may see'] : []),
    ...own.map(({ userid }) => `  ${clean(userid)}`),
  ];
};

export const realms = (app: AppModel) =>
  sectionOf<RealmRow>({
    id: 'realms',
    title: 'realms',
    rows: () => app.look('access.realms', {}, accessLooking),
    idOf: ({ realm }) => realm,
    columns: [
      {
        id: 'realm',
        title: 'realm',
        width: 10,
        flex: { share: 1, most: 24 },
        priority: 0,
        cell: ({ realm }) => ({ text: clean(realm) }),
        sortKey: ({ realm }) => realm,
      },
      {
        id: 'type',
        title: 'type',
        width: 7,
        priority: 0,
        cell: ({ type }) => ({ text: clean(type) }),
        sortKey: ({ type }) => type,
      },
      {
        id: 'default',
        title: 'first',
        width: 5,
        priority: 1,
        cell: ({ default: usual }) => (usual === true ? { text: 'yes' } : nothing),
      },
      {
        id: 'tfa',
        title: 'tfa',
        width: 6,
        priority: 2,
        cell: ({ tfa }) => (tfa === undefined ? nothing : { text: clean(tfa) }),
      },
      {
        id: 'comment',
        title: 'comment',
        width: 18,
        flex: { share: 3, most: 80 },
        priority: 3,
        cell: ({ comment }) => ({ text: clean(comment ?? ''), token: 'muted' }),
      },
    ],
    filterFields: ({ realm, type, comment }) => textFields([realm, type, comment], { name: [realm], type: [type] }),
    empty: 'no realms',
    heading: ({ realm }) => realm,
    kind: () => 'realm',
    lines,
  })(app);
