import { type PageKey, pageText } from "@custody/messages";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { IconButton } from "../frame/icon-button.tsx";

const SHORTCUTS: readonly (readonly [keys: readonly string[], does: PageKey])[] = [
  [["/"], "shortcuts.search"],
  [["j", "↓"], "shortcuts.down"],
  [["k", "↑"], "shortcuts.up"],
  [["g"], "shortcuts.first"],
  [["Enter"], "shortcuts.open"],
  [["Esc"], "shortcuts.close"],
  [["a"], "shortcuts.approve"],
  [["d"], "shortcuts.deny"],
  [["p"], "shortcuts.pause"],
  [["?"], "shortcuts.help"],
];

export default function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(isOpen) => isOpen || onClose()}
      className="fixed inset-0 z-50 flex items-center justify-center bg-ink/30 p-4 dark:bg-ground/70"
    >
      <Modal className="w-full max-w-sm rounded-xl border border-line bg-raised shadow-(--shadow-raised)">
        <Dialog className="p-5 outline-none">
          <div className="mb-3 flex items-center justify-between">
            <Heading slot="title" className="text-[15px] font-semibold">
              {pageText("shortcuts.title")}
            </Heading>
            <IconButton label={pageText("detail.close")} onPress={onClose}>
              <X size={16} aria-hidden />
            </IconButton>
          </div>
          <dl className="grid grid-cols-[1fr_auto] gap-y-2">
            {SHORTCUTS.map(([keys, does]) => (
              <div key={does} className="contents">
                <dt className="text-ink-soft">{pageText(does)}</dt>
                <dd className="flex gap-1">
                  {keys.map((key) => (
                    <kbd key={key} className="key">
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
