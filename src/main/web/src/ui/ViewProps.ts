/** What every screen is given: what there is, and who to tell what a person does. */
import type { App } from "../app";
import type { State } from "../state";

export interface ViewProps {
  state: State;
  app: App;
}
