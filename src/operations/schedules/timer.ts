import path from 'node:path';
import { productFolder } from '../../config/paths.ts';

/** A word of a command line as systemd reads it (systemd.service(5), systemd.unit(5)). */
const word = (text: string): string => {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@%+=:,./\\$-]+$/.test(escaped) ? escaped : `"${escaped}"`;
};

/** Folders that this process was told to use: the timer must use the same ones. */
const folders = ['XDG_CONFIG_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'] as const;

/**
 * Returns two units of systemd as one text: a service that takes what is due in a context, and a timer that starts it every hour, also when
 * the machine slept. Each begins with the file that it belongs into.
 */
export const timerUnits = (context: string, env: Readonly<Record<string, string | undefined>>): string => {
  const unit = `proxdeck-snapshots-${context}`;
  const program = path.join(productFolder(), 'bin', 'proxdeck');
  const environment = folders.flatMap((name) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [`Environment=${word(`${name}=${value}`)}`];
  });
  return [
    `# ~/.config/systemd/user/${unit}.service`,
    '[Unit]',
    `Description=Snapshots that are due in ${context} (Proxdeck)`,
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    ...environment,
    `ExecStart=${word(program)} --context ${word(context)} --yes snapshot due`,
    '',
    `# ~/.config/systemd/user/${unit}.timer`,
    '[Unit]',
    `Description=Snapshots by the clock in ${context} (Proxdeck)`,
    '',
    '[Timer]',
    '# What is due is decided by schedules.yaml; what failed is tried again an hour later.',
    'OnCalendar=hourly',
    'RandomizedDelaySec=2min',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
    '# Save the two parts under these names, then:',
    `#   systemctl --user daemon-reload && systemctl --user enable --now ${unit}.timer`,
    '#   loginctl enable-linger        # so that it also runs while nobody is logged in',
  ].join('\n');
};
