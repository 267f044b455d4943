/** Requests over HTTP with JSON both ways. */
import { Failure } from "./failure";

const TIMEOUT_MS = 10_000;

export interface Answer {
  ok: boolean;
  status: number;
  /** Null when it was no JSON. */
  body: unknown;
}

type Method = "GET" | "POST" | "DELETE";

/** Asks and returns whatever was answered; fails only when there is no answer. */
export async function ask(
  method: Method,
  path: string,
  { body, token = null }: { body?: object; token?: string | null } = {},
): Promise<Answer> {
  const headers = new Headers();
  if (body !== undefined) headers.set("content-type", "application/json");
  if (token !== null) headers.set("authorization", `Bearer ${token}`);
  try {
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { ok: response.ok, status: response.status, body: await jsonOf(response) };
  } catch {
    throw new Failure("The server is not available right now.", "UNREACHABLE");
  }
}

/** Asks for something; fails when it is refused. */
export async function fetched<T>(...request: Parameters<typeof ask>): Promise<T> {
  const answer = await ask(...request);
  if (answer.ok && answer.body !== null) return answer.body as T;
  throw failureOf(answer);
}

/** A refusal as each kind of place writes it; where there is a `statusCode`, `error` repeats it. */
interface Refusal {
  statusCode?: number;
  error?: string;
  message?: string | string[];
  code?: string;
}

export function failureOf({ status, body }: Answer): Failure {
  const { statusCode, error, message, code } = (body ?? {}) as Refusal;
  const text = Array.isArray(message) ? message.join(", ") : message;
  const said = statusCode === undefined ? (error ?? text) : (text ?? error);
  return new Failure(said ?? `The server refused (${status}).`, codeFor(status, code));
}

function codeFor(status: number, code: string | undefined): string {
  switch (status) {
    case 401:
      return "UNAUTHENTICATED";
    case 404:
      return "NOT_FOUND";
    case 429:
      return "RATE_LIMITED";
    default:
      return code ?? (status >= 500 ? "UNAVAILABLE" : "UNKNOWN");
  }
}

function jsonOf(response: Response): Promise<unknown> {
  return response.json().catch(() => null);
}
