import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { forgetAccess } from "./api/access.ts";
import { isPassing } from "./api/problem.ts";
import { Page } from "./routes.tsx";
import { endsAccess, takeFragment } from "./sign-in/fragment.ts";
import { Gate } from "./sign-in/gate.tsx";
import "./theme/base.css";
import { applyTheme } from "./theme/use-theme.ts";

applyTheme();
const fragment = takeFragment();
// A new way in replaces an access that this browser may still have.
if (fragment !== undefined && endsAccess(fragment)) forgetAccess(false);

const queries = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => count < 2 && isPassing(error), staleTime: 2_000 } },
});

createRoot(document.getElementById("page") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Gate fragment={fragment}>
        <Page />
      </Gate>
    </QueryClientProvider>
  </StrictMode>,
);
