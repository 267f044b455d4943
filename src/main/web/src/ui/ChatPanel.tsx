/** What is written in a call. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { App } from "../app";
import type { Call, ChatLine } from "../state";
import { Icon } from "./Icon";

const MAX_LENGTH = 2_000;

export function ChatPanel({ call, app }: { call: Call; app: App }): JSX.Element {
  const [text, setText] = useState("");
  const words = call.features.company ? "Message to everyone" : "Message";
  const log = useRef<HTMLOListElement>(null);
  useEffect(() => log.current?.scrollTo({ top: log.current.scrollHeight }), [call.chat.length]);

  const send = (event: Event): void => {
    event.preventDefault();
    const message = text.trim();
    if (message === "") return;
    app.talk?.say(message);
    setText("");
  };
  return (
    <aside class="panel chat" data-testid="chat-panel" aria-label="Chat">
      <header>
        <h2>Chat</h2>
        <button type="button" class="round" aria-label="Close" onClick={() => app.togglePanel("chat")}>
          <Icon name="close" />
        </button>
      </header>
      <ol ref={log} class="chat-lines" role="log" aria-live="polite" tabIndex={0}>
        {call.chat.map((line) => (
          <Line key={line.id} line={line} isOwn={line.userId === call.selfId} />
        ))}
      </ol>
      {call.features.chat ? (
        <form class="chat-form" onSubmit={send}>
          <input
            data-testid="chat-text"
            aria-label={words}
            placeholder={words}
            autocomplete="off"
            maxLength={MAX_LENGTH}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" class="primary" data-testid="chat-send" aria-label="Send">
            <Icon name="send" />
          </button>
        </form>
      ) : (
        <p class="hint chat-form">The chat is switched off.</p>
      )}
    </aside>
  );
}

function Line({ line, isOwn }: { line: ChatLine; isOwn: boolean }): JSX.Element {
  const time = line.at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return (
    <li class={isOwn ? "own" : ""} data-testid="chat-line" data-user-id={line.userId}>
      <p class="chat-by">
        {isOwn ? "You" : line.name} <time dateTime={line.at.toISOString()}>{time}</time>
      </p>
      <p class="chat-text">{line.text}</p>
    </li>
  );
}
