import type { Visit } from './walk.ts';

/** The way through all screens of the demo: what a person would look for, in the words of its fixture (assets/demo/homelab.yaml). */
export const visits: readonly Visit[] = [
  {
    screen: 'nodes',
    stops: [{ name: 'nodes', picture: true, keys: '1', shows: ['pve1', /pve2 +● online/, /pve3 +✖ offline/] }],
    tabs: [
      {
        name: 'nodes-summary',
        keys: '/pve2<enter><enter>',
        shows: ['Proxmox VE 9.2', 'i7-12700', /root +▓+░+ +\d+%/, 'Fan is loud'],
      },
      { name: 'nodes-disks', picture: true, shows: [/sdb +✖ failing/, 'WD_BLACK SN770', 'zfs pool'] },
      { name: 'nodes-network', shows: [/vmbr0 +● up +192\.0\.2\.12\/24/, 'changes are not applied'] },
      { name: 'nodes-services', shows: [/chrony +✖ failed/, /pve-cluster +● running/] },
      { name: 'nodes-updates', shows: ['pve-manager', 'a new kernel'] },
      { name: 'nodes-journal', shows: ['FAILED SMART', 'chrony.service'] },
      { name: 'nodes-graphs', shows: ['hour  day  week  month  year', /cpu +\d+%/] },
      { name: 'nodes-tasks', shows: ['Packages - refresh lists', 'Backup 120 - run'] },
    ],
  },
  {
    screen: 'guests',
    stops: [
      { name: 'guests', picture: true, keys: '2', shows: ['opnsense', /traefik .*● running/, '2/3 nodes'] },
      { name: 'guests-filter', keys: '/tag:media<enter>', shows: ['jellyfin', 'frigate', '/tag:media'] },
      { name: 'guests-faults', keys: '<escape>!', shows: ['minio', '? unknown'] },
      { name: 'guests-actions', picture: true, keys: '!/win11<enter>x', shows: ['shut down', 'reboot', 'start'] },
      { name: 'guests-describe', keys: '<escape>d', shows: ['win11'] },
      { name: 'guests-yaml', keys: '<escape>y', shows: ['ostype: win11'] },
    ],
    tabs: [
      {
        name: 'guests-summary',
        picture: true,
        keys: '<escape>/<C-u>postgres<enter><enter>',
        shows: ['104 postgres', /cpu +[▁-█]{6}/, /backup +10h ago on pbs/, 'address 192.0.2.104', 'PostgreSQL 17'],
      },
      { name: 'guests-config', picture: true, shows: ['hostname      postgres', 'cores         4'] },
      { name: 'guests-network', shows: ['192.0.2.104/24', 'bridge vmbr0', 'gateway   192.0.2.1'] },
      { name: 'guests-snapshots', picture: true, shows: ['pg16_final', 'before_pg17', '▸ now'] },
      { name: 'guests-backups', picture: true, shows: ['last good backup', '5 backups', 'verified'] },
      { name: 'guests-tasks', shows: ['vncproxy'] },
      { name: 'guests-graphs', picture: true, shows: ['hour  day  week  month  year', /cpu +\d+% +mean/] },
    ],
  },
  {
    screen: 'stacks',
    stops: [
      { name: 'stacks', keys: '3', shows: [/lucia +○ not rendered/, 'traefik', 'web-store', 'whoami'] },
      { name: 'stacks-new', picture: true, keys: 'n', shows: ['that comes with Proxdeck', 'a Compose file of yours'] },
      { name: 'stacks-render', keys: '<escape>xr', shows: ['Render lucia', /\[x\] helm/] },
      { name: 'stacks-rendered', keys: '<pagedown><enter>', shows: [/lucia +● rendered/, 'stack.render done'] },
    ],
    tabs: [
      {
        name: 'stacks-summary',
        picture: true,
        keys: '<enter>',
        shows: ['Agents for Home Assistant', /redis +redis:8/, 'lucia.home.arpa'],
      },
      { name: 'stacks-settings', shows: ['HomeAssistant__', 'to be set', 'Information'] },
      { name: 'stacks-secrets', shows: [/OpenAI__ApiKey +✖ missing/, 'pki/authority'] },
      { name: 'stacks-files', picture: true, shows: [/compose\/compose\.yaml +● as rendered/] },
      { name: 'stacks-losses', picture: true, shows: ['services.lucia.'] },
      { name: 'stacks-problems', shows: [/✖ OpenAI__ApiKey/, 'This secret is missing'] },
    ],
  },
  {
    screen: 'storage',
    stops: [{ name: 'storage', picture: true, keys: '4', shows: [/nas +3 nodes +✖ nearly full/, 'local-zfs', 'pbs'] }],
    tabs: [
      {
        name: 'storage-summary',
        keys: '/nas<enter><enter>',
        shows: ['192.0.2.20', 'full in about', 'seen by', /pve3 +\? node away/],
      },
      { name: 'storage-content', picture: true, shows: ['16 volumes', 'container disks'] },
      { name: 'storage-trend', picture: true, shows: ['full in about', 'hour  day  week  month  year'] },
      { name: 'storage-jobs', shows: ['backup-media', 'sat 04:00'] },
      { name: 'storage-tasks', shows: [/no task|imgcopy|prune/] },
    ],
  },
  {
    screen: 'tasks',
    stops: [
      { name: 'tasks', picture: true, keys: '6', shows: ['Backup 120 - run', 'job errors', 'CT 126 - migrate'] },
      {
        name: 'tasks-log-view',
        picture: true,
        keys: '/120 run<enter><enter>',
        shows: ['Cannot write: No space', 'ERROR: Backup of VM 120 failed'],
      },
    ],
    tabs: [
      { name: 'tasks-log', keys: '<escape><tab>', shows: ['ERROR: Backup of VM 120 failed'] },
      { name: 'tasks-details', shows: ['UPID:pve2:', 'job errors'] },
    ],
  },
  {
    screen: 'logs',
    stops: [{ name: 'logs', picture: true, keys: '7', shows: ['pvedaemon', 'corosync', 'following'] }],
  },
  {
    screen: 'access',
    stops: [],
    tabs: [
      { name: 'access-rights', picture: true, keys: '9', shows: ['see guests and settings', '● yes'] },
      { name: 'access-paths', shows: ['privileges', 'VM 23'] },
      { name: 'access-users', shows: [/anna@pve +● enabled/, /guest@pve +○ disabled/] },
      { name: 'access-tokens', picture: true, shows: ['ci@pve!deploy', 'root@pam!terraform'] },
      { name: 'access-groups', shows: ['operators', 'viewers'] },
      { name: 'access-roles', shows: ['Operator', 'PVEAdmin'] },
      { name: 'access-rules', shows: ['/pool/lab', 'PVEVMAdmin'] },
      { name: 'access-pools', picture: true, shows: [/prod +21/, 'What the household needs'] },
      { name: 'access-realms', shows: ['sso', 'openid'] },
      { name: 'access-proxdeck', shows: ['guest.clone', '● yes'] },
    ],
  },
  {
    screen: 'cluster',
    stops: [
      {
        name: 'cluster',
        picture: true,
        keys: ':cluster<enter>',
        shows: [/high availability +[✖▲]/, /replication +✖ failing/, /ceph +○ not used/],
      },
    ],
    tabs: [
      { name: 'cluster-ha-guests', keys: '<enter>', shows: ['win11', /traefik +● started/] },
      { name: 'cluster-ha-managers', shows: ['quorate', /pve3 +✖ dead/] },
      { name: 'cluster-ha-rules', shows: ['db-first-node', 'apart'] },
    ],
  },
  {
    screen: 'cluster',
    stops: [
      { name: 'cluster-replication', keys: 'j<enter>', shows: [/110-0 +homeassista.* +✖ failing/, /104-0 +postgres/] },
      {
        name: 'cluster-jobs',
        keys: '<escape>j<enter>',
        shows: ['backup-nightly', 'pool prod', 'sync-sso'],
      },
      { name: 'cluster-jobs-uncovered', keys: ']', shows: ['no job takes 3 guests', 'debian-13'] },
      { name: 'cluster-ceph', keys: '<escape>j<enter>', shows: ['Ceph is not installed'] },
    ],
  },
  {
    screen: 'cluster',
    stops: [],
    tabs: [
      { name: 'cluster-firewall-rules', picture: true, keys: 'j<enter>', shows: ['tcp 8006', 'monit'] },
      { name: 'cluster-firewall-options', shows: [/incoming +DROP/] },
      { name: 'cluster-firewall-groups', shows: ['monitoring', 'web'] },
      { name: 'cluster-firewall-aliases', shows: ['192.0.2'] },
      { name: 'cluster-firewall-ipsets', shows: ['192.0.2'] },
    ],
  },
  {
    screen: 'cluster',
    stops: [
      { name: 'cluster-sdn', keys: 'j<enter>', shows: ['localnet', 'vxlan'] },
      { name: 'cluster-sdn-networks', keys: ']', shows: ['guestnet', '▲ new'] },
      { name: 'cluster-notifications', keys: '<escape>j<enter>', shows: ['mail-to-root', 'gotify'] },
      { name: 'cluster-notification-matchers', keys: ']', shows: ['default-matcher'] },
      { name: 'cluster-metrics', keys: '<escape>j<enter>', shows: ['influx', 'graphite'] },
      { name: 'cluster-options', keys: '<escape>j<enter>', shows: ['BC:24:11', 'tag-style'] },
    ],
  },
  {
    screen: 'calls',
    stops: [
      { name: 'calls', picture: true, keys: '@', shows: ['/cluster/resources', '/cluster/tasks', 'poll'] },
      { name: 'calls-copy', keys: 'x', shows: ['pvesh', 'curl'] },
    ],
  },
  { screen: 'contexts', stops: [{ name: 'contexts', picture: true, keys: 'C', shows: ['homelab', '● shown'] }] },
  {
    screen: 'settings',
    stops: [
      { name: 'settings', picture: true, keys: ':settings<enter>', shows: ['theme', 'symbols', 'keys', 'refresh'] },
    ],
  },
  {
    screen: 'doctor',
    stops: [
      {
        name: 'doctor',
        picture: true,
        keys: '<C-k>doctor<enter>',
        shows: ['program', 'connection', 'not online: pve3'],
      },
    ],
  },
  {
    screen: 'over everything',
    stops: [
      { name: 'help', picture: true, keys: '2?', shows: ['actions', 'filter'] },
      { name: 'palette', picture: true, keys: '<escape><C-k>postg', shows: ['postgres', '104'] },
      { name: 'command', picture: true, keys: '<escape>:guests tag:me', shows: [':guests tag:me'] },
      { name: 'drawer', picture: true, keys: '<escape>T', shows: ['enter log', '6 all'] },
    ],
  },
  // Last, because the slow crawl that tells of backups begins some seconds after the start.
  {
    screen: 'overview',
    stops: [
      {
        name: 'overview',
        picture: true,
        keys: '0',
        shows: [
          'NEEDS YOU',
          /✖ pve3 +unreachable/,
          /✖ nas +9\d% used, full in about \d+ days/,
          /✖ 120 jellyfin +backup failed (?:at|on \S+ at) \S+ storage nas is full/,
          /\d+ guests +never backed up/,
          'NODES',
        ],
      },
    ],
  },
];
