import { pageText } from "@custody/messages";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ActivityPage } from "./feed/activity-page.tsx";
import { viewSearchOf } from "./filters/view-search.ts";
import { Failure } from "./frame/failure.tsx";
import { Frame } from "./frame/frame.tsx";
import { Notice } from "./frame/notice.tsx";
import { sessionSearchOf } from "./sessions/session-search.ts";

const root = createRootRoute({
  component: Frame,
  notFoundComponent: () => <Notice title={pageText("page.not-found")} />,
});

/** The list has no address of its own: it stays where it is while records are opened beside it. */
const activity = createRoute({
  getParentRoute: () => root,
  id: "activity",
  component: ActivityPage,
  validateSearch: viewSearchOf,
});
const list = createRoute({ getParentRoute: () => activity, path: "/" });
const record = createRoute({
  getParentRoute: () => activity,
  path: "/records/$id",
  component: lazyRouteComponent(() => import("./detail/record-panel.tsx"), "RecordPanel"),
});
const sessions = createRoute({
  getParentRoute: () => root,
  path: "/sessions",
  component: lazyRouteComponent(() => import("./sessions/sessions-page.tsx"), "SessionsPage"),
  validateSearch: sessionSearchOf,
});
/** A session stays where it is while its records are opened beside it. */
const session = createRoute({
  getParentRoute: () => root,
  path: "/sessions/$session",
  component: lazyRouteComponent(() => import("./thread/session-page.tsx"), "SessionPage"),
});
const sessionRecord = createRoute({
  getParentRoute: () => session,
  path: "records/$id",
  component: lazyRouteComponent(() => import("./detail/record-panel.tsx"), "RecordPanel"),
});
const costs = createRoute({
  getParentRoute: () => root,
  path: "/costs",
  component: lazyRouteComponent(() => import("./costs/costs-page.tsx"), "CostsPage"),
});
const holds = createRoute({
  getParentRoute: () => root,
  path: "/holds",
  component: lazyRouteComponent(() => import("./holds/holds-page.tsx"), "HoldsPage"),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./alerts/alerts-page.tsx"), "AlertsPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("./people/people-page.tsx"), "PeoplePage"),
});
const policy = createRoute({
  getParentRoute: () => root,
  path: "/policy",
  component: lazyRouteComponent(() => import("./policy/policy-page.tsx"), "PolicyPage"),
});
const tables = createRoute({
  getParentRoute: () => root,
  path: "/tables",
  component: lazyRouteComponent(() => import("./tables/tables-page.tsx"), "TablesPage"),
});

const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  component: lazyRouteComponent(() => import("./keys/keys-page.tsx"), "KeysPage"),
});

const router = createRouter({
  routeTree: root.addChildren([
    activity.addChildren([list, record]),
    sessions,
    session.addChildren([sessionRecord]),
    costs,
    holds,
    alerts,
    tables,
    policy,
    people,
    keys,
  ]),
  // Plain names and values, as people write them: `?target=shop&level=error`.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const present = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(present as [string, string][]).toString();
    return text === "" ? "" : `?${text}`;
  },
  defaultErrorComponent: Failure,
  defaultPreload: false,
});

export function Page(): ReactNode {
  return <RouterProvider router={router} />;
}
