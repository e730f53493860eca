import { readFileSync } from 'node:fs';

const EVERY_MS = 100;
const MEBIBYTE = 2 ** 20;
const PAGE_BYTES = 4_096;

/** Monitors a process's resident memory and calls back when it exceeds a limit. */
export class MemoryWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #mostMb = 0;

  constructor(pid: number, limitMb: number, onOver: () => void) {
    this.#pid = pid;
    this.#timer = setInterval(() => {
      if (this.#look() > limitMb) onOver();
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Peak memory since the process started, in MB; 0 if the system does not report it. */
  get mostMb(): number {
    this.#look();
    return Math.ceil(this.#mostMb);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): number {
    const mb = residentMb(this.#pid);
    this.#mostMb = Math.max(this.#mostMb, mb);
    return mb;
  }
}

function residentMb(pid: number): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return (Number(pages) * PAGE_BYTES) / MEBIBYTE;
  } catch {
    return 0;
  }
}
