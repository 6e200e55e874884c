import type { z } from 'zod';
import { ProxdeckError } from '../models/error.ts';
import { didYouMean } from '../models/nearest.ts';
import type { Operation, Risk } from './operation.ts';

/** What is known of an operation without loading it: a hundred loaded ones would cost 60 ms at start. */
interface CatalogEntry {
  readonly summary: string;
  readonly risk: Risk;
  /** Touches this machine only: needs no cluster, and a context's read_only does not forbid it. */
  readonly local?: true;
  readonly load: () => Promise<Operation>;
}

/** Every operation by its name, `noun.verb`. */
export const catalog = {
  'cluster.show': {
    summary: 'Show the cluster at a glance',
    risk: 'read',
    load: async () => (await import('./cluster.ts')).showCluster,
  },
  'cluster.options': {
    summary: 'Show the options of the datacenter',
    risk: 'read',
    load: async () => (await import('./options.ts')).showOptions,
  },
  'cluster.next-id': {
    summary: 'Show the next free VMID',
    risk: 'read',
    load: async () => (await import('./next-id.ts')).showNextId,
  },
  'cluster.log': {
    summary: 'Show the newest lines of the log of the cluster',
    risk: 'read',
    load: async () => (await import('./cluster-log.ts')).showClusterLog,
  },
  'cluster.overview': {
    summary: 'Show what needs you, the worst first',
    risk: 'read',
    load: async () => (await import('./overview.ts')).showOverview,
  },
  'node.list': { summary: 'List nodes', risk: 'read', load: async () => (await import('./node.ts')).listNodes },
  'node.show': { summary: 'Show one node', risk: 'read', load: async () => (await import('./node.ts')).showNode },
  'node.console': {
    summary: 'Open a shell of a node',
    risk: 'change',
    load: async () => (await import('./node-console.ts')).nodeConsole,
  },
  'node.rrd': {
    summary: 'Show the history of load of a node',
    risk: 'read',
    load: async () => (await import('./node-history.ts')).showNodeHistory,
  },
  'node.disks': {
    summary: 'List the disks of a node with their health',
    risk: 'read',
    load: async () => (await import('./node-disks.ts')).listDisks,
  },
  'node.smart': {
    summary: 'Show what a disk says of its health (SMART)',
    risk: 'read',
    load: async () => (await import('./node-disks.ts')).showSmart,
  },
  'node.zfs': {
    summary: 'List the ZFS pools of a node',
    risk: 'read',
    load: async () => (await import('./node-disks.ts')).listZfs,
  },
  'node.network': {
    summary: 'List the network interfaces of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).listInterfaces,
  },
  'node.network-changes': {
    summary: 'Show network changes of a node that are not applied yet',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).showNetworkChanges,
  },
  'node.services': {
    summary: 'List the services of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).listServices,
  },
  'node.service-log': {
    summary: 'Show what a service of a node wrote since yesterday',
    risk: 'read',
    load: async () => (await import('./node-log.ts')).showServiceLog,
  },
  'node.updates': {
    summary: 'List the pending updates of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).listUpdates,
  },
  'node.changelog': {
    summary: 'Show what changed in a package',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).showChangelog,
  },
  'node.journal': {
    summary: 'Show the newest lines of the journal of a node',
    risk: 'read',
    load: async () => (await import('./node-log.ts')).showJournal,
  },
  'node.subscription': {
    summary: 'Show the subscription of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).showSubscription,
  },
  'node.certificates': {
    summary: 'List the certificates of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).listCertificates,
  },
  'node.config': {
    summary: 'Show the notes and settings of a node',
    risk: 'read',
    load: async () => (await import('./node-system.ts')).showNodeConfig,
  },
  'node.reboot': {
    summary: 'Reboot a node',
    risk: 'destroy',
    load: async () => (await import('./node-power.ts')).rebootNode,
  },
  'node.shutdown': {
    summary: 'Shut a node down',
    risk: 'destroy',
    load: async () => (await import('./node-power.ts')).shutdownNode,
  },
  'node.wake': {
    summary: 'Wake a node over the network',
    risk: 'change',
    load: async () => (await import('./node-power.ts')).wakeNode,
  },
  'node.evacuation': {
    summary: 'Show where the guests of a node would go',
    risk: 'read',
    load: async () => (await import('./node-evacuation.ts')).showEvacuation,
  },
  'node.evacuate': {
    summary: 'Move all guests of a node away',
    risk: 'change',
    load: async () => (await import('./node-power.ts')).evacuateNode,
  },
  'guest.list': {
    summary: 'List containers and VMs',
    risk: 'read',
    load: async () => (await import('./guest.ts')).listGuests,
  },
  'guest.show': { summary: 'Show one guest', risk: 'read', load: async () => (await import('./guest.ts')).showGuest },
  'guest.config': {
    summary: 'Show the configuration of a guest',
    risk: 'read',
    load: async () => (await import('./guest-config.ts')).showConfig,
  },
  'guest.pending': {
    summary: 'List changes that wait for the next start of a guest',
    risk: 'read',
    load: async () => (await import('./guest-config.ts')).listPending,
  },
  'guest.interfaces': {
    summary: 'List network interfaces and addresses of a guest',
    risk: 'read',
    load: async () => (await import('./guest-network.ts')).listInterfaces,
  },
  'guest.addresses': {
    summary: 'List addresses of running guests',
    risk: 'read',
    load: async () => (await import('./guest-network.ts')).listAddresses,
  },
  'guest.tasks': {
    summary: 'List tasks of a guest',
    risk: 'read',
    load: async () => (await import('./guest-history.ts')).listGuestTasks,
  },
  'guest.rrd': {
    summary: 'Show the history of load of a guest',
    risk: 'read',
    load: async () => (await import('./guest-history.ts')).showGuestHistory,
  },
  'snapshot.list': {
    summary: 'List the snapshots of a guest',
    risk: 'read',
    load: async () => (await import('./snapshot.ts')).listSnapshots,
  },
  'backup.list': {
    summary: 'List backups',
    risk: 'read',
    load: async () => (await import('./backup.ts')).listBackups,
  },
  'guest.console': {
    summary: 'Open the console of a guest',
    risk: 'change',
    load: async () => (await import('./guest-console.ts')).guestConsole,
  },
  'guest.start': {
    summary: 'Start guests',
    risk: 'change',
    load: async () => (await import('./power.ts')).startGuests,
  },
  'guest.stop': {
    summary: 'Stop guests at once, like pulling the plug',
    risk: 'change',
    load: async () => (await import('./power.ts')).stopGuests,
  },
  'guest.shutdown': {
    summary: 'Shut guests down cleanly',
    risk: 'change',
    load: async () => (await import('./power.ts')).shutdownGuests,
  },
  'guest.reboot': {
    summary: 'Reboot guests',
    risk: 'change',
    load: async () => (await import('./power.ts')).rebootGuests,
  },
  'guest.reset': {
    summary: 'Reset VMs at once, like the button on the machine',
    risk: 'change',
    load: async () => (await import('./power.ts')).resetGuests,
  },
  'guest.suspend': {
    summary: 'Suspend VMs',
    risk: 'change',
    load: async () => (await import('./power.ts')).suspendGuests,
  },
  'guest.resume': {
    summary: 'Let suspended VMs go on',
    risk: 'change',
    load: async () => (await import('./power.ts')).resumeGuests,
  },
  'guest.create': {
    summary: 'Make a container or a VM',
    risk: 'change',
    load: async () => (await import('./guest-create.ts')).createGuest,
  },
  'guest.set': {
    summary: 'Change settings of a guest',
    risk: 'change',
    load: async () => (await import('./guest-set.ts')).setGuest,
  },
  'guest.delete': {
    summary: 'Destroy guests with their disks',
    risk: 'destroy',
    load: async () => (await import('./guest-delete.ts')).deleteGuests,
  },
  'guest.clone': {
    summary: 'Clone a guest',
    risk: 'change',
    load: async () => (await import('./guest-clone.ts')).cloneGuest,
  },
  'guest.migrate': {
    summary: 'Move guests to another node',
    risk: 'change',
    load: async () => (await import('./guest-migrate.ts')).migrateGuests,
  },
  'guest.resize': {
    summary: 'Make a disk of a guest larger',
    risk: 'change',
    load: async () => (await import('./guest-volumes.ts')).resizeDisk,
  },
  'guest.move-disk': {
    summary: 'Move a disk of a guest to another storage',
    risk: 'change',
    load: async () => (await import('./guest-volumes.ts')).moveDisk,
  },
  'guest.template': {
    summary: 'Make a guest a template',
    risk: 'destroy',
    load: async () => (await import('./guest-template.ts')).makeTemplate,
  },
  'snapshot.create': {
    summary: 'Take a snapshot of a guest',
    risk: 'change',
    load: async () => (await import('./snapshot-write.ts')).createSnapshot,
  },
  'snapshot.rollback': {
    summary: 'Roll a guest back to a snapshot',
    risk: 'destroy',
    load: async () => (await import('./snapshot-write.ts')).rollbackSnapshot,
  },
  'snapshot.schedule': {
    summary: 'Let guests have snapshots by the clock, and keep so many of them',
    risk: 'change',
    local: true,
    load: async () => (await import('./schedules/schedule.ts')).scheduleSnapshots,
  },
  'snapshot.schedules': {
    summary: 'List the schedules of snapshots',
    risk: 'read',
    local: true,
    load: async () => (await import('./schedules/schedule.ts')).listSchedules,
  },
  'snapshot.unschedule': {
    summary: 'Forget a schedule; its snapshots stay',
    risk: 'change',
    local: true,
    load: async () => (await import('./schedules/schedule.ts')).forgetSchedule,
  },
  'snapshot.due': {
    summary: 'Take and delete the snapshots that are due by the schedules',
    risk: 'change',
    load: async () => (await import('./schedules/due.ts')).takeDue,
  },
  'snapshot.delete': {
    summary: 'Delete a snapshot of a guest',
    risk: 'destroy',
    load: async () => (await import('./snapshot-write.ts')).deleteSnapshot,
  },
  'storage.list': {
    summary: 'List storages',
    risk: 'read',
    load: async () => (await import('./storage.ts')).listStorages,
  },
  'storage.content': {
    summary: 'List what lies on a storage',
    risk: 'read',
    load: async () => (await import('./storage.ts')).listContent,
  },
  'storage.volume': {
    summary: 'Show one volume of a storage',
    risk: 'read',
    load: async () => (await import('./storage.ts')).showVolume,
  },
  'storage.show': {
    summary: 'Show one storage',
    risk: 'read',
    load: async () => (await import('./storage-show.ts')).showStorage,
  },
  'storage.rrd': {
    summary: 'Show how full a storage was',
    risk: 'read',
    load: async () => (await import('./storage-trend.ts')).showStorageHistory,
  },
  'storage.trend': {
    summary: 'Show which storage is full first, and when',
    risk: 'read',
    load: async () => (await import('./storage-trend.ts')).storageTrend,
  },
  'storage.download-url': {
    summary: 'Let a node download a file to a storage',
    risk: 'change',
    load: async () => (await import('./storage-fetch.ts')).downloadUrl,
  },
  'storage.upload': {
    summary: 'Upload a file to a storage',
    risk: 'change',
    load: async () => (await import('./storage-upload.ts')).uploadFile,
  },
  'storage.delete-content': {
    summary: 'Destroy volumes of a storage',
    risk: 'destroy',
    load: async () => (await import('./storage-delete.ts')).deleteContent,
  },
  'template.list': {
    summary: 'List templates of containers, here and to be had',
    risk: 'read',
    load: async () => (await import('./template.ts')).listTemplates,
  },
  'template.download': {
    summary: 'Download a template of containers',
    risk: 'change',
    load: async () => (await import('./template.ts')).downloadTemplate,
  },
  'pool.list': {
    summary: 'List pools',
    risk: 'read',
    load: async () => (await import('./pool.ts')).listPools,
  },
  'pool.show': {
    summary: 'List what lies in a pool',
    risk: 'read',
    load: async () => (await import('./pool.ts')).showPool,
  },
  'pool.create': {
    summary: 'Make a pool',
    risk: 'change',
    load: async () => (await import('./pool.ts')).createPool,
  },
  'pool.set': {
    summary: 'Change a pool: its comment, guests and storages',
    risk: 'change',
    load: async () => (await import('./pool.ts')).setPool,
  },
  'pool.delete': {
    summary: 'Delete an empty pool',
    risk: 'destroy',
    load: async () => (await import('./pool.ts')).deletePool,
  },
  'access.show': {
    summary: 'Show who this login is',
    risk: 'read',
    load: async () => (await import('./access.ts')).showLogin,
  },
  'access.role': {
    summary: 'Show what Proxdeck lets you do here, by access.yaml',
    risk: 'read',
    load: async () => (await import('./roles/mine.ts')).showRole,
  },
  'access.apply': {
    summary: 'Make the roles of access.yaml real in the cluster',
    risk: 'change',
    load: async () => (await import('./roles/apply.ts')).applyAccess,
  },
  'access.check': {
    summary: 'Check that the cluster allows and denies what access.yaml says',
    risk: 'read',
    load: async () => (await import('./roles/check.ts')).checkAccess,
  },
  'access.may': {
    summary: 'List what this login may do, and what it may not',
    risk: 'read',
    load: async () => (await import('./access.ts')).listAbilities,
  },
  'access.permissions': {
    summary: 'Show the privileges of this login by path',
    risk: 'read',
    load: async () => (await import('./access.ts')).showPermissions,
  },
  'access.users': {
    summary: 'List users',
    risk: 'read',
    load: async () => (await import('./access.ts')).listUsers,
  },
  'access.tokens': {
    summary: 'List API tokens',
    risk: 'read',
    load: async () => (await import('./access.ts')).listTokens,
  },
  'access.groups': {
    summary: 'List groups',
    risk: 'read',
    load: async () => (await import('./access.ts')).listGroups,
  },
  'access.roles': {
    summary: 'List roles and their privileges',
    risk: 'read',
    load: async () => (await import('./access.ts')).listRoles,
  },
  'access.acl': {
    summary: 'List who has which role where',
    risk: 'read',
    load: async () => (await import('./access.ts')).listAcl,
  },
  'access.realms': {
    summary: 'List realms',
    risk: 'read',
    load: async () => (await import('./access.ts')).listRealms,
  },
  'task.list': { summary: 'List tasks', risk: 'read', load: async () => (await import('./task.ts')).listTasks },
  'task.show': {
    summary: 'Show the state of a task',
    risk: 'read',
    load: async () => (await import('./task.ts')).showTask,
  },
  'task.log': {
    summary: 'Show the log of a task',
    risk: 'read',
    load: async () => (await import('./task.ts')).showTaskLog,
  },
  'task.tail': {
    summary: 'Show the end of the log of a task',
    risk: 'read',
    load: async () => (await import('./task-tail.ts')).showTaskTail,
  },
  'task.stop': {
    summary: 'Stop a running task',
    risk: 'destroy',
    load: async () => (await import('./task.ts')).stopTask,
  },
  'ha.status': {
    summary: 'Show what high availability does',
    risk: 'read',
    load: async () => (await import('./ha.ts')).showHa,
  },
  'ha.rules': {
    summary: 'List the rules of high availability (groups before Proxmox VE 9)',
    risk: 'read',
    load: async () => (await import('./ha.ts')).listHaRules,
  },
  'replication.list': {
    summary: 'List replication jobs and how they go',
    risk: 'read',
    load: async () => (await import('./replication.ts')).listReplication,
  },
  'replication.log': {
    summary: 'Show the log of the last run of a replication job',
    risk: 'read',
    load: async () => (await import('./replication.ts')).showReplicationLog,
  },
  'firewall.options': {
    summary: 'Show the options of the firewall',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).showFirewallOptions,
  },
  'firewall.rules': {
    summary: 'List the rules of the firewall',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).listFirewallRules,
  },
  'firewall.groups': {
    summary: 'List the security groups of the firewall',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).listFirewallGroups,
  },
  'firewall.aliases': {
    summary: 'List the aliases of the firewall',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).listFirewallAliases,
  },
  'firewall.ipsets': {
    summary: 'List the IP sets of the firewall',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).listIpSets,
  },
  'firewall.ipset': {
    summary: 'List the addresses of an IP set',
    risk: 'read',
    load: async () => (await import('./firewall.ts')).listIpSet,
  },
  'ceph.status': {
    summary: 'Show the health of Ceph',
    risk: 'read',
    load: async () => (await import('./ceph.ts')).showCeph,
  },
  'ceph.osds': {
    summary: 'List the OSDs of Ceph by host',
    risk: 'read',
    load: async () => (await import('./ceph.ts')).listOsds,
  },
  'ceph.pools': {
    summary: 'List the pools of Ceph',
    risk: 'read',
    load: async () => (await import('./ceph.ts')).listCephPools,
  },
  'sdn.zones': {
    summary: 'List the zones of the software-defined network',
    risk: 'read',
    load: async () => (await import('./sdn.ts')).listZones,
  },
  'sdn.vnets': {
    summary: 'List the virtual networks of the software-defined network',
    risk: 'read',
    load: async () => (await import('./sdn.ts')).listVnets,
  },
  'sdn.subnets': {
    summary: 'List the subnets of a virtual network',
    risk: 'read',
    load: async () => (await import('./sdn.ts')).listSubnets,
  },
  'job.list': {
    summary: 'List scheduled jobs: backups and realm syncs',
    risk: 'read',
    load: async () => (await import('./job.ts')).listJobs,
  },
  'job.uncovered': {
    summary: 'List guests that no backup job takes',
    risk: 'read',
    load: async () => (await import('./job.ts')).listUncovered,
  },
  'job.volumes': {
    summary: 'List the volumes that a backup job takes',
    risk: 'read',
    load: async () => (await import('./job.ts')).listJobVolumes,
  },
  'metrics.list': {
    summary: 'List the servers that figures are sent to',
    risk: 'read',
    load: async () => (await import('./notification.ts')).listMetricServers,
  },
  'notification.targets': {
    summary: 'List where notifications can go',
    risk: 'read',
    load: async () => (await import('./notification.ts')).listTargets,
  },
  'notification.matchers': {
    summary: 'List which notifications go where',
    risk: 'read',
    load: async () => (await import('./notification.ts')).listMatchers,
  },
  connect: {
    summary: 'Connect a cluster: trust its certificate, sign in, keep a token with few rights',
    risk: 'change',
    local: true,
    load: async () => (await import('./connect/connect.ts')).connectCluster,
  },
  'context.examine': {
    summary: 'Look at the certificate of a server; nothing is sent to it',
    risk: 'read',
    local: true,
    load: async () => (await import('./connect/examine.ts')).examineServer,
  },
  'context.list': {
    summary: 'List the configured clusters',
    risk: 'read',
    local: true,
    load: async () => (await import('./contexts.ts')).listContexts,
  },
  'context.add': {
    summary: 'Add a cluster',
    risk: 'change',
    local: true,
    load: async () => (await import('./contexts.ts')).addContext,
  },
  'context.import': {
    summary: 'Take over the clusters that another program knows',
    risk: 'change',
    local: true,
    load: async () => (await import('./connect/import.ts')).importContexts,
  },
  'context.encrypt': {
    summary: 'Encrypt the secret of a context in the configuration with age',
    risk: 'change',
    local: true,
    load: async () => (await import('./context-secrets.ts')).encryptContext,
  },
  'context.decrypt': {
    summary: 'Keep the secret of a context as plain text again',
    risk: 'change',
    local: true,
    load: async () => (await import('./context-secrets.ts')).decryptContext,
  },
  'context.use': {
    summary: 'Choose the cluster to work with',
    risk: 'change',
    local: true,
    load: async () => (await import('./contexts.ts')).chooseContext,
  },
  'context.remove': {
    summary: 'Forget a cluster and its credential',
    risk: 'destroy',
    local: true,
    load: async () => (await import('./contexts.ts')).forgetContext,
  },
  'workspace.init': {
    summary: 'Make a workspace: a folder for stacks and what is rendered of them',
    risk: 'change',
    local: true,
    load: async () => (await import('./workspace.ts')).makeWorkspace,
  },
  'workspace.show': {
    summary: 'Show the workspace around you: stacks, targets, networks',
    risk: 'read',
    local: true,
    load: async () => (await import('./workspace.ts')).showWorkspace,
  },
  'stack.pin': {
    summary: 'Ask the registries for the digests of the images, and keep them in images.lock',
    risk: 'change',
    local: true,
    load: async () => (await import('./stack-pin.ts')).pinImages,
  },
  'stack.validate': {
    summary: 'Let the real tools judge what was rendered of a stack',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-validate.ts')).validateStack,
  },
  'secret.list': {
    summary: 'List the secrets of a stack, without their values',
    risk: 'read',
    local: true,
    load: async () => (await import('./secret.ts')).listSecrets,
  },
  'secret.set': {
    summary: 'Keep the value of a secret, encrypted',
    risk: 'change',
    local: true,
    load: async () => (await import('./secret.ts')).setSecret,
  },
  'secret.generate': {
    summary: 'Make the secrets of a stack that are missing and make themselves',
    risk: 'change',
    local: true,
    load: async () => (await import('./secret.ts')).generateSecrets,
  },
  'secret.rotate': {
    summary: 'Make secrets anew in place of their values',
    risk: 'destroy',
    local: true,
    load: async () => (await import('./secret.ts')).rotateSecrets,
  },
  'secret.remove': {
    summary: 'Forget the value of a secret',
    risk: 'destroy',
    local: true,
    load: async () => (await import('./secret.ts')).removeSecret,
  },
  'stack.list': {
    summary: 'List the stacks of the workspace',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack.ts')).listStacks,
  },
  'stack.show': {
    summary: 'Show a stack: services, routes, settings, secrets by name, files, losses',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack.ts')).showStack,
  },
  'stack.files': {
    summary: 'List the rendered files of a stack, and whether each is as it would be rendered now',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-files.ts')).listStackFiles,
  },
  'stack.file': {
    summary: 'Show one rendered file of a stack, and what rendering it now would change',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-files.ts')).showStackFile,
  },
  'stack.problems': {
    summary: 'List what is wrong with a stack and what should be known of it, each with its place',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-problems.ts')).listStackProblems,
  },
  'stack.preview': {
    summary: 'Show what a new stack would be rendered to, before it is added',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-add.ts')).previewStack,
  },
  'stack.blueprints': {
    summary: 'List the ready stacks that come with Proxdeck',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-add.ts')).listReadyStacks,
  },
  'stack.add': {
    summary: 'Add a stack: a Compose file of yours with what it needs, or a blueprint',
    risk: 'change',
    local: true,
    load: async () => (await import('./stack-add.ts')).addStack,
  },
  'stack.render': {
    summary: 'Render a stack: write what every way of running it needs',
    risk: 'change',
    local: true,
    load: async () => (await import('./stack-render.ts')).renderStackFiles,
  },
  'stack.diff': {
    summary: 'Show what rendering a stack would change',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-render.ts')).diffStack,
  },
  'stack.losses': {
    summary: 'Show what each way of running a stack cannot carry',
    risk: 'read',
    local: true,
    load: async () => (await import('./stack-render.ts')).showLosses,
  },
  'stack.remove': {
    summary: 'Remove a stack from the workspace, with its secrets and what is rendered of it',
    risk: 'destroy',
    local: true,
    load: async () => (await import('./stack-remove.ts')).removeStack,
  },
  'ssh.keys': {
    summary: 'List your public SSH keys, as a new guest can be given them',
    risk: 'read',
    local: true,
    load: async () => (await import('./ssh-keys.ts')).listSshKeys,
  },
  'audit.list': {
    summary: 'List what was done with Proxdeck',
    risk: 'read',
    local: true,
    load: async () => (await import('./audit.ts')).listAudit,
  },
  'audit.verify': {
    summary: 'Check that nobody changed the audit trail',
    risk: 'read',
    local: true,
    load: async () => (await import('./audit.ts')).verifyAudit,
  },
  'audit.export': {
    summary: 'Write the whole audit trail as JSON, a row a line',
    risk: 'read',
    local: true,
    load: async () => (await import('./audit.ts')).exportAudit,
  },
  'api.get': { summary: 'Read from the API', risk: 'read', load: async () => (await import('./api.ts')).apiGet },
  'api.post': {
    summary: 'Send a POST to the API',
    risk: 'change',
    load: async () => (await import('./api.ts')).apiPost,
  },
  'api.put': { summary: 'Send a PUT to the API', risk: 'change', load: async () => (await import('./api.ts')).apiPut },
  'api.delete': {
    summary: 'Send a DELETE to the API',
    risk: 'destroy',
    load: async () => (await import('./api.ts')).apiDelete,
  },
  doctor: {
    summary: 'Check configuration, state and connection',
    risk: 'read',
    local: true,
    load: async () => (await import('./doctor.ts')).doctor,
  },
  version: {
    summary: 'Show the versions of Proxdeck and Node',
    risk: 'read',
    local: true,
    load: async () => (await import('./version.ts')).showVersion,
  },
} as const satisfies Readonly<Record<string, CatalogEntry>>;

export type OperationName = keyof typeof catalog;
type Loaded<Name extends OperationName> = Awaited<ReturnType<(typeof catalog)[Name]['load']>>;
export type InputOf<Name extends OperationName> = z.input<Loaded<Name>['input']>;
export type ResultOf<Name extends OperationName> =
  Loaded<Name> extends Operation<string, z.ZodObject, infer _Resolved, infer Result> ? Result : never;

/** The catalogue as a list, for faces that build something from all of it. */
export const operations: readonly (CatalogEntry & { readonly name: string })[] = Object.entries(catalog).map(
  ([name, entry]: [string, CatalogEntry]) => ({ name, ...entry }),
);

/** Whether an operation touches this machine only. */
export const isLocal = (name: string): boolean => operations.some((one) => one.name === name && one.local === true);

/** Loads one operation by its name. Throws `usage` for a name that is not there. */
export const loadOperation = async (name: string): Promise<Operation> => {
  const entry = operations.find((one) => one.name === name);
  if (entry !== undefined) return entry.load();
  throw new ProxdeckError('usage', `There is no operation ${name}.${didYouMean(name, Object.keys(catalog))}`);
};
