/**
 * A Compose project as `docker compose config --format json` (5.1.0) writes it: every short form is long, every variable replaced, every
 * default that Compose fills in filled in. Names and spelling are those of the Compose Specification; byte sizes are decimal texts,
 * durations Go's (`1m30s`), as there. Keys that begin with `x-` stand where they stood, also those that its JSON leaves out; so do models.
 * A `$` is one `$`: where it is written into a Compose file again it must be doubled, as `docker compose config` does.
 */

export type ComposeJson =
  | string
  | number
  | boolean
  | null
  | readonly ComposeJson[]
  | { readonly [key: string]: ComposeJson };

/** `x-…` and what this program does not look at. */
interface ComposeExtensions {
  readonly [extension: `x-${string}`]: ComposeJson;
}

type Labels = Readonly<Record<string, string>>;

export interface ComposeProject extends ComposeExtensions {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks?: Readonly<Record<string, ComposeNetwork>>;
  readonly volumes?: Readonly<Record<string, ComposeVolume>>;
  readonly secrets?: Readonly<Record<string, ComposeFile>>;
  readonly configs?: Readonly<Record<string, ComposeFile>>;
  readonly models?: Readonly<Record<string, ComposeJson>>;
}

export interface ComposeService extends ComposeExtensions {
  readonly annotations?: Labels;
  readonly attach?: boolean;
  readonly blkio_config?: ComposeJson;
  readonly build?: ComposeBuild;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cgroup?: string;
  readonly cgroup_parent?: string;
  /** `null` is the image's own. */
  readonly command?: readonly string[] | null;
  readonly configs?: readonly ComposeFileGrant[];
  readonly container_name?: string;
  readonly cpu_count?: number;
  readonly cpu_percent?: number;
  readonly cpu_period?: number;
  readonly cpu_quota?: number;
  readonly cpu_rt_period?: number;
  readonly cpu_rt_runtime?: number;
  readonly cpu_shares?: number;
  readonly cpus?: number;
  readonly cpuset?: string;
  readonly credential_spec?: ComposeJson;
  readonly depends_on?: Readonly<Record<string, ComposeDependency>>;
  readonly deploy?: ComposeDeploy;
  readonly develop?: ComposeJson;
  readonly device_cgroup_rules?: readonly string[];
  readonly devices?: readonly { readonly source: string; readonly target?: string; readonly permissions?: string }[];
  readonly dns?: readonly string[];
  readonly dns_opt?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly domainname?: string;
  readonly entrypoint?: readonly string[] | null;
  /** `null` is taken from where Compose runs. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly env_file?: readonly { readonly path: string; readonly required?: boolean; readonly format?: string }[];
  readonly expose?: readonly string[];
  readonly extends?: { readonly service: string; readonly file?: string };
  readonly external_links?: readonly string[];
  readonly extra_hosts?: readonly string[];
  readonly gpus?: ComposeJson;
  readonly group_add?: readonly string[];
  readonly healthcheck?: ComposeHealthcheck;
  readonly hostname?: string;
  readonly image?: string;
  readonly init?: boolean;
  readonly ipc?: string;
  readonly isolation?: string;
  readonly label_file?: readonly string[];
  readonly labels?: Labels;
  readonly links?: readonly string[];
  readonly logging?: { readonly driver?: string; readonly options?: Labels };
  readonly mac_address?: string;
  readonly mem_limit?: string;
  readonly mem_reservation?: string;
  readonly mem_swappiness?: string;
  readonly memswap_limit?: string;
  readonly models?: ComposeJson;
  readonly network_mode?: string;
  /** `null`: attached, nothing more said. */
  readonly networks?: Readonly<Record<string, ComposeAttachment | null>>;
  readonly oom_kill_disable?: boolean;
  readonly oom_score_adj?: number;
  readonly pid?: string;
  readonly pids_limit?: number;
  readonly platform?: string;
  readonly ports?: readonly ComposePort[];
  readonly post_start?: readonly ComposeHook[];
  readonly pre_stop?: readonly ComposeHook[];
  readonly privileged?: boolean;
  readonly profiles?: readonly string[];
  readonly provider?: ComposeJson;
  readonly pull_policy?: string;
  readonly read_only?: boolean;
  readonly restart?: string;
  readonly runtime?: string;
  readonly scale?: number;
  readonly secrets?: readonly ComposeFileGrant[];
  readonly security_opt?: readonly string[];
  readonly shm_size?: string;
  readonly stdin_open?: boolean;
  readonly stop_grace_period?: string;
  readonly stop_signal?: string;
  readonly storage_opt?: Labels;
  readonly sysctls?: Labels;
  readonly tmpfs?: readonly string[];
  readonly tty?: boolean;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  readonly use_api_socket?: boolean;
  readonly user?: string;
  readonly userns_mode?: string;
  readonly uts?: string;
  readonly volumes?: readonly ComposeMount[];
  readonly volumes_from?: readonly string[];
  readonly working_dir?: string;
}

interface ComposeBuild extends ComposeExtensions {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly target?: string;
  readonly tags?: readonly string[];
  readonly platforms?: readonly string[];
  readonly labels?: Labels;
  readonly cache_from?: readonly string[];
  readonly cache_to?: readonly string[];
  readonly no_cache?: boolean;
  readonly pull?: boolean;
  readonly network?: string;
  readonly shm_size?: string;
  readonly secrets?: readonly ComposeFileGrant[];
  readonly ssh?: readonly string[];
  readonly additional_contexts?: Labels;
  readonly extra_hosts?: readonly string[];
  readonly entitlements?: readonly string[];
  readonly privileged?: boolean;
  readonly isolation?: string;
  readonly ulimits?: ComposeService['ulimits'];
  readonly sbom?: string;
  readonly provenance?: string;
}

interface ComposeDependency {
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
  readonly required: boolean;
  readonly restart?: boolean;
}

export interface ComposeHealthcheck {
  readonly test?: readonly string[];
  readonly interval?: string;
  readonly timeout?: string;
  readonly retries?: number;
  readonly start_period?: string;
  readonly start_interval?: string;
  readonly disable?: boolean;
}

export interface ComposeResources {
  readonly cpus?: number;
  readonly memory?: string;
  readonly pids?: number;
  readonly devices?: ComposeJson;
  readonly generic_resources?: ComposeJson;
}

export interface ComposeDeploy extends ComposeExtensions {
  readonly mode?: string;
  readonly replicas?: number;
  readonly labels?: Labels;
  readonly update_config?: ComposeRollout;
  readonly rollback_config?: ComposeRollout;
  readonly resources?: { readonly limits?: ComposeResources; readonly reservations?: ComposeResources };
  readonly restart_policy?: {
    readonly condition?: string;
    readonly delay?: string;
    readonly max_attempts?: number;
    readonly window?: string;
  };
  readonly placement?: ComposeJson;
  readonly endpoint_mode?: string;
}

interface ComposeRollout {
  readonly parallelism?: number;
  readonly delay?: string;
  readonly failure_action?: string;
  readonly monitor?: string;
  readonly max_failure_ratio?: number;
  readonly order?: string;
}

export interface ComposePort {
  readonly name?: string;
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port or a range of ports; without it Docker takes a free one. */
  readonly published?: string;
  readonly protocol?: string;
  readonly app_protocol?: string;
}

export interface ComposeMount {
  readonly type: string;
  readonly source?: string;
  readonly target?: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: {
    readonly create_host_path?: boolean;
    readonly propagation?: string;
    readonly selinux?: string;
    readonly recursive?: string;
  };
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string; readonly labels?: Labels };
  readonly tmpfs?: { readonly size?: string; readonly mode?: number };
  readonly image?: { readonly subpath?: string };
}

interface ComposeAttachment {
  readonly aliases?: readonly string[];
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
  readonly link_local_ips?: readonly string[];
  readonly mac_address?: string;
  readonly priority?: number;
  readonly gw_priority?: number;
  readonly interface_name?: string;
  readonly driver_opts?: Labels;
}

export interface ComposeHook {
  readonly command: readonly string[];
  readonly user?: string;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly environment?: Readonly<Record<string, string | null>>;
}

/** A secret or a configuration file as one service sees it. */
export interface ComposeFileGrant {
  readonly source: string;
  readonly target?: string;
  readonly uid?: string;
  readonly gid?: string;
  readonly mode?: string;
}

export interface ComposeNetwork extends ComposeExtensions {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Labels;
  readonly ipam?: {
    readonly driver?: string;
    readonly config?: readonly {
      readonly subnet?: string;
      readonly gateway?: string;
      readonly ip_range?: string;
      readonly aux_addresses?: Labels;
    }[];
    readonly options?: Labels;
  };
  readonly external?: boolean;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly labels?: Labels;
  readonly enable_ipv4?: boolean;
  readonly enable_ipv6?: boolean;
}

export interface ComposeVolume extends ComposeExtensions {
  readonly name: string;
  readonly driver?: string;
  readonly driver_opts?: Labels;
  readonly external?: boolean;
  readonly labels?: Labels;
}

/** A secret or a configuration file of the project. */
export interface ComposeFile extends ComposeExtensions {
  readonly name?: string;
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
  readonly external?: boolean;
  readonly labels?: Labels;
  readonly template_driver?: string;
}
