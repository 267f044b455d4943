/** Shown among strangers while nobody is there: where one stands, or that one has to wait. */
import type { JSX } from "preact";
import type { Search } from "../state";

export function SearchNote({ search }: { search: Search }): JSX.Element {
  return (
    <div class="alone search" data-testid="search" data-position={search.position} data-paused={search.isPaused}>
      <p class="waiting-line" role="status">
        <span class="spinner" aria-hidden="true" />
        {search.isPaused ? "That was quick. A short break, then on." : "Looking for someone…"}
      </p>
      {!search.isPaused && search.position !== null && (
        <p class="search-place">
          Number {search.position} in line{aboutSeconds(search.waitSeconds)}
        </p>
      )}
    </div>
  );
}

function aboutSeconds(seconds: number | null): string {
  if (seconds === null) return "";
  const minutes = Math.round(seconds / 60);
  return seconds < 60 ? `, about ${seconds} s` : `, about ${minutes} min`;
}
