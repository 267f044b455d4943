/** The two HTTP calls of the page: register and log in. */
import { Failure } from "./failure";

interface ErrorBody {
  message?: string | string[];
  code?: string;
}

const TIMEOUT_MS = 10_000;

export interface Registration {
  email: string;
  password: string;
  displayName: string;
}

/** Creates an account; returns its access token. */
export function register(registration: Registration): Promise<string> {
  return accessToken("/auth/register", registration);
}

/** Opens a session of an existing account; returns its access token. */
export function logIn(email: string, password: string): Promise<string> {
  return accessToken("/auth/login", { email, password });
}

async function accessToken(path: string, body: object): Promise<string> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new Failure("The server is not available right now.", "UNREACHABLE");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw failureOf(response.status, (answer ?? {}) as ErrorBody);
  }
  const token = (answer as { accessToken?: unknown } | null)?.accessToken;
  if (typeof token !== "string") {
    throw new Failure("The server gave an answer we do not understand.", "UNAVAILABLE");
  }
  return token;
}

function failureOf(status: number, body: ErrorBody): Failure {
  const message = Array.isArray(body.message) ? body.message.join(", ") : (body.message ?? "");
  if (status >= 500) {
    return new Failure("The server is not available right now.", body.code ?? "UNAVAILABLE");
  }
  if (status === 429) {
    return new Failure("Too many attempts. Wait a moment, then try again.", "RATE_LIMITED");
  }
  // Signing in is refused with UNAUTHENTICATED too, which elsewhere means an expired session.
  const code = status === 401 ? "CREDENTIALS" : (body.code ?? `HTTP_${status}`);
  return new Failure(authWords(status, message), code);
}

function authWords(status: number, message: string): string {
  switch (message) {
    case "Invalid credentials":
      return "This e-mail and password do not match.";
    case "Email already registered":
      return "There is already an account with this e-mail. Log in instead?";
    case "Account is deactivated":
      return "This account has been deactivated.";
    case "":
      return `The server refused (${status}).`;
    default:
      return message.charAt(0).toUpperCase() + message.slice(1);
  }
}
