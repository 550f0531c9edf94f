import { pageText } from "@custody/messages";
import { Snowflake } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useMay } from "../api/use-me.ts";
import { IconButton } from "../frame/icon-button.tsx";

const FreezeDialog = lazy(() => import("./freeze-dialog.tsx"));

/** For who may: no more writes, from every page. Its place is there for everybody, so that nothing moves. */
export function FreezeButton(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const mayFreeze = useMay("freeze");
  return (
    <span className={mayFreeze ? "" : "invisible"}>
      <IconButton label={pageText("freeze.open")} onPress={() => setOpen(true)}>
        <Snowflake size={16} aria-hidden />
      </IconButton>
      {isOpen && (
        <Suspense>
          <FreezeDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
