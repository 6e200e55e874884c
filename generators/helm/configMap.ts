import { headOf } from '../kubernetes/controllers.ts';
import type { ConfigSet } from '../kubernetes/objects.ts';
import type { Plan } from '../kubernetes/plan.ts';
import { template } from './template.ts';

/** Folder of the texts of a ConfigMap, in the chart: `files/redis`. */
export const filesFolder = ({ component }: ConfigSet): string => `files/${component}`;

/** Returns the template of a ConfigMap. Files stay files of the chart, so nothing in them is taken for a template. */
export const configMapTemplate = (plan: Plan, config: ConfigSet): string => {
  const head = headOf(plan, 'v1', 'ConfigMap', config.name, { component: config.component });
  if (Object.keys(config.files).length === 0) return template({ ...head, data: config.data }, config.when);
  const lines = [
    template(head).trimEnd(),
    'data:',
    `  {{- (.Files.Glob "${filesFolder(config)}/*").AsConfig | nindent 2 }}`,
  ];
  const all = config.when === undefined ? lines : [`{{- if ${config.when.expression} }}`, ...lines, '{{- end }}'];
  return `${all.join('\n')}\n`;
};
