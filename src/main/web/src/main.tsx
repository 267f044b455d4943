/** Wires the page: state to views, views to actions. */
import { render } from "preact";
import { App } from "./app";
import { expose } from "./debug";
import { Store } from "./state";
import { Page } from "./ui/Page";
import "./styles/base.css";
import "./styles/forms.css";
import "./styles/lobby.css";
import "./styles/call.css";
import "./styles/meeting.css";
import "./styles/strangers.css";

const root = document.getElementById("app");
if (root === null) throw new Error("The page has no place to render into");

const store = new Store();
const app = new App(store);
expose(store, app);
app.start();
store.watch((state) => render(<Page state={state} app={app} />, root));
