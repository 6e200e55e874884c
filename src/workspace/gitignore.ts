/**
 * What git must not take out of a workspace. What is encrypted (`secrets.age.yaml`) and what only shows which settings there are
 * (`.env.example`) is meant to be kept.
 */
const rules = [
  '.proxdeck/',
  '.env',
  '.env.*',
  '*.env',
  '*.env.*',
  '!.env.example',
  '!*.env.example',
  'secrets/',
  '*.key',
  '*.p12',
  '*.pfx',
  '*.bak',
  '*.orig',
  '*.swp',
  '*~',
] as const;

const header = '# Secrets in clear, their backups, and what belongs to this machine only.';

/** Returns the text of .gitignore with all rules in it: a new one, or the one that is there with those it lacks at its end. */
export const withRules = (text: string | undefined): string => {
  if (text === undefined) return `${[header, ...rules].join('\n')}\n`;
  const there = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = rules.filter((rule) => !there.has(rule));
  if (missing.length === 0) return text;
  const gap = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${gap}\n${[header, ...missing].join('\n')}\n`;
};
