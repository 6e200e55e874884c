/** How far a task says that it is, by the lines of its log: what vzdump, clone, migrate, restore and download print. */

export interface Progress {
  /** Fraction 0…1 of the step that runs now. */
  readonly fraction: number;
  /** What the step is about, where the log tells: `VM 104`, `scsi0`. */
  readonly step?: string;
}

const sizes: Readonly<Record<string, number>> = { B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `12.3G`, `512.0 MiB`: bytes. */
const bytesOf = (amount: string | undefined, unit: string | undefined): number =>
  Number(amount) * (sizes[(unit ?? 'B').toUpperCase()] ?? 1);

/** `168G` in the line that zfs send begins with. */
const estimate = /(?:estimated size is|total estimated size is) ([\d.]+)([BKMGT]?)/;
/** `14:03:12   1.20G   tank/guests/subvol-126-disk-0@__migration__`. */
const sent = /^\d{2}:\d{2}:\d{2}\s+([\d.]+)([BKMGT])\s+\S+@/;
/** `INFO: Starting Backup of VM 104 (lxc)`. */
const backupOf = /^INFO: Starting Backup of VM (\d+)/;
const backupEnd = /^INFO: (?:Finished Backup|Failed at)/;
/** `drive-scsi0: transferred …`, `mirror-scsi0: …`. */
const drive = /^(?:drive|mirror)-([a-z]+\d+): /;
/** `migration active, transferred 1.1 GiB of 4.0 GiB VM-state, …`. */
const ofTotal = /transferred ([\d.]+) ([KMGT]?)i?B of ([\d.]+) ([KMGT]?)i?B/;
/** `(25.00%)`, ` 34% (3.4 GiB of …)`, `progress 35% (read …)`, `… 62% 62.4M 3s`. */
const percent = /(?:^|[\s(])(\d{1,3}(?:\.\d+)?)%/;
/** Percents that are no progress: what was reused, saved or left out. */
const noProgress = /reused|sparse|zero data|compress|dirty bitmap|incremental|space reduction/i;

/** Reads the log of a task line by line and keeps how far it is. */
export class ProgressReader {
  #fraction: number | undefined;
  #step: string | undefined;
  #total = 0;

  /** How far the step is; undefined as long as no line told. */
  get progress(): Progress | undefined {
    if (this.#fraction === undefined) return undefined;
    return { fraction: this.#fraction, ...(this.#step === undefined ? {} : { step: this.#step }) };
  }

  read(line: string): void {
    const begun = backupOf.exec(line)?.[1];
    if (begun !== undefined) return this.#begin(`VM ${begun}`);
    if (backupEnd.test(line)) return this.#begin(undefined);
    const [, estimated, estimatedUnit] = estimate.exec(line) ?? [];
    if (estimated !== undefined) {
      this.#total = bytesOf(estimated, estimatedUnit);
      return;
    }
    const fraction = this.#fractionIn(line);
    if (fraction === undefined) return;
    this.#fraction = Math.min(1, fraction);
    const disk = drive.exec(line)?.[1];
    if (disk !== undefined) this.#step = disk;
  }

  /** Another step: how far the one before was says nothing of it. */
  #begin(step: string | undefined): void {
    this.#step = step;
    this.#fraction = undefined;
  }

  #fractionIn(line: string): number | undefined {
    const [, amount, unit] = sent.exec(line) ?? [];
    if (amount !== undefined && this.#total > 0) return bytesOf(amount, unit) / this.#total;
    if (noProgress.test(line)) return undefined;
    const told = percent.exec(line)?.[1];
    if (told !== undefined) return Number(told) <= 100 ? Number(told) / 100 : undefined;
    const [, done, doneUnit, total, totalUnit] = ofTotal.exec(line) ?? [];
    if (done === undefined) return undefined;
    const whole = bytesOf(total, totalUnit);
    return whole > 0 ? bytesOf(done, doneUnit) / whole : undefined;
  }
}

/** Types of tasks whose log tells how far they are. */
const telling = new Set([
  'vzdump',
  'qmigrate',
  'vzmigrate',
  'qmrestore',
  'vzrestore',
  'qmcreate',
  'qmclone',
  'vzclone',
  'qmmove',
  'move_volume',
  'imgcopy',
  'download',
  'ociregistrypull',
]);

/** Whether the log of such a task tells how far it is. */
export const tellsProgress = (type: string): boolean => telling.has(type);
