import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { forgetToken } from "./api/access.ts";
import { isPassing } from "./api/problem.ts";
import { Page } from "./routes.tsx";
import { Gate } from "./sign-in/gate.tsx";
import { takeCode } from "./sign-in/take-code.ts";
import "./theme/base.css";
import { applyTheme } from "./theme/use-theme.ts";

applyTheme();
const code = takeCode();
// A new link replaces an access that this tab may still have.
if (code !== undefined) forgetToken(false);

const queries = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => count < 2 && isPassing(error), staleTime: 2_000 } },
});

createRoot(document.getElementById("page") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Gate code={code}>
        <Page />
      </Gate>
    </QueryClientProvider>
  </StrictMode>,
);
