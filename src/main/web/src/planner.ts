/** The meetings one has made or been to: making new ones, ending and deleting them. */
import { inWords } from "./failure";
import { identityOf, rememberGuest, type Identity } from "./identity";
import * as meetings from "./meetings";
import type { MeetingInfo, MeetingPlan } from "./meetings";
import type { Store } from "./state";

export class Planner {
  constructor(
    private readonly store: Store,
    private readonly onTrouble: (text: string) => void,
  ) {}

  /** Reads the list anew. */
  async refresh(): Promise<void> {
    try {
      this.store.set({ meetings: await meetings.meetingsOf(this.self()) });
    } catch (thrown) {
      this.store.set({ meetings: this.store.get().meetings ?? [] });
      this.onTrouble(inWords(thrown, "meeting"));
    }
  }

  async plan(plan: MeetingPlan): Promise<MeetingInfo> {
    if (this.store.get().session === null) rememberGuest(this.store.get().guest);
    const made = await meetings.planMeeting(plan, this.self());
    await this.refresh();
    return made;
  }

  end(roomId: string): Promise<void> {
    return this.change(() => meetings.endMeeting(roomId, this.self()));
  }

  delete(roomId: string): Promise<void> {
    return this.change(() => meetings.deleteMeeting(roomId, this.self()));
  }

  private async change(ask: () => Promise<unknown>): Promise<void> {
    try {
      await ask();
    } catch (thrown) {
      this.onTrouble(inWords(thrown, "meeting"));
    }
    await this.refresh();
  }

  private self(): Identity {
    const { session, guest } = this.store.get();
    return identityOf(session, guest);
  }
}
