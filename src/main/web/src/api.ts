/** Accounts: register and log in. */
import { Failure } from "./failure";
import { ask } from "./http";

interface ErrorBody {
  message?: string | string[];
  code?: string;
}

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
  const { ok, status, body: answer } = await ask("POST", path, { body });
  if (!ok) throw failureOf(status, (answer ?? {}) as ErrorBody);
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
