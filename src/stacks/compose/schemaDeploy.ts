import { either, integer, list, mapping, number, pairs, scalar, text, texts, word } from './schemaParts.ts';

/** `deploy` of a service: the Compose Deploy Specification. */

const deviceKeys = { capabilities: texts, count: integer, device_ids: texts, driver: text, options: pairs };
export const deviceRequest = mapping(deviceKeys);

const rollout = mapping({
  parallelism: integer,
  delay: text,
  failure_action: text,
  monitor: text,
  max_failure_ratio: number,
  order: word('start-first', 'stop-first'),
});

export const deployment = either(
  scalar('nothing'),
  mapping({
    mode: text,
    endpoint_mode: text,
    replicas: integer,
    labels: pairs,
    rollback_config: rollout,
    update_config: rollout,
    resources: mapping({
      limits: mapping({ cpus: number, memory: text, pids: integer }),
      reservations: mapping({
        cpus: number,
        memory: text,
        generic_resources: list(mapping({ discrete_resource_spec: mapping({ kind: text, value: number }) })),
        devices: list(mapping(deviceKeys, { required: ['capabilities'] })),
      }),
    }),
    restart_policy: mapping({ condition: text, delay: text, max_attempts: integer, window: text }),
    placement: mapping({
      constraints: list(text),
      preferences: list(mapping({ spread: text })),
      max_replicas_per_node: integer,
    }),
  }),
);
