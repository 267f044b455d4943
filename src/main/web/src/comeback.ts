/** Coming back into a place after the line was lost: again and again, as often as it makes sense. */
import { codeOf } from "./failure";

const DELAYS_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** After these answers another attempt would end the same way. */
const FINAL = ["NOT_FOUND", "ROOM_CLOSED", "ROOM_FULL", "FORBIDDEN", "JOIN_REJECTED"];

export interface Door {
  join(): Promise<void>;
  /** Whether joining is wished for and possible; a line that is lost comes back by itself. */
  isOpen(): boolean;
  onShut(thrown: unknown): void;
}

export class Comeback {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly door: Door) {}

  async start(attempt = 0): Promise<void> {
    clearTimeout(this.timer);
    if (!this.door.isOpen()) return;
    try {
      await this.door.join();
    } catch (thrown) {
      if (!this.door.isOpen()) return;
      const delay = DELAYS_MS[attempt];
      if (delay === undefined || FINAL.includes(codeOf(thrown))) this.door.onShut(thrown);
      else this.timer = setTimeout(() => void this.start(attempt + 1), delay);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
