/** What is written and shown by people in a call, as the call keeps it. */
import type { ChatLine, Store } from "./state";

const REACTION_MS = 4_000;

export class Talk {
  private counter = 0;

  constructor(private readonly store: Store) {}

  /** Somebody wrote something. */
  line(line: Omit<ChatLine, "id">): void {
    const { panel, call } = this.store.get();
    const isSeen = panel === "chat" || line.userId === call?.selfId;
    this.store.setCall(({ chat, unread }) => ({
      chat: [...chat, { ...line, id: ++this.counter }],
      unread: isSeen ? 0 : unread + 1,
    }));
  }

  /** Somebody reacted; it is shown for a moment. */
  reaction(userId: string, reaction: string): void {
    const id = ++this.counter;
    this.store.setCall(({ reactions }) => ({
      reactions: [...reactions.filter((r) => r.userId !== userId), { id, userId, reaction }],
    }));
    setTimeout(() => {
      this.store.setCall(({ reactions }) => ({ reactions: reactions.filter((r) => r.id !== id) }));
    }, REACTION_MS);
  }
}
