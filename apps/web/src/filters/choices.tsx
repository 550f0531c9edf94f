import { escapeText, pageText } from "@custody/messages";
import { Check } from "lucide-react";
import { type ReactNode, type RefObject, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Dialog } from "react-aria-components/Dialog";
import { Input } from "react-aria-components/Input";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { TextField } from "react-aria-components/TextField";
import { formatCount } from "../text/format.ts";
import { Recorded } from "../text/recorded.tsx";
import { type FacetFilterName, takesTyped } from "./facet-filters.ts";
import { useChoices } from "./use-choices.ts";
import { valueLabel } from "./value-label.ts";

interface ChoicesProps {
  readonly name: FacetFilterName;
  readonly value: string | undefined;
  readonly trigger: RefObject<HTMLElement | null>;
  readonly onChoose: (value: string | undefined) => void;
  readonly onClose: () => void;
}

/** The values of a filter, to be found by typing and chosen by Enter. */
export default function Choices({ name, value, trigger, onChoose, onClose }: ChoicesProps): ReactNode {
  const [typed, setTyped] = useState("");
  const choices = useChoices(name);
  const wanted = typed.trim().toLowerCase();
  const found = choices.filter(
    ({ value }) =>
      value.toLowerCase().includes(wanted) || valueLabel(name, value).toLowerCase().includes(wanted),
  );
  const isNew = takesTyped.has(name) && wanted !== "" && !choices.some(({ value }) => value === typed.trim());
  return (
    <Popover
      isOpen
      triggerRef={trigger}
      onOpenChange={(isOpen) => isOpen || onClose()}
      placement="bottom start"
      className="w-72 rounded-lg border border-line bg-raised shadow-(--shadow-raised)"
    >
      <Dialog aria-label={pageText(`filter.${name}`)} className="p-2 outline-none">
        <Autocomplete inputValue={typed} onInputChange={setTyped}>
          <TextField aria-label={pageText("filter.find")} autoFocus>
            <Input className="field mb-2 h-8 w-full" placeholder={pageText("filter.find")} />
          </TextField>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
          <div tabIndex={0} className="max-h-72 overflow-auto">
            <ListBox
              aria-label={pageText(`filter.${name}`)}
              selectionMode="none"
              onAction={(key) => onChoose(String(key).slice(1) || undefined)}
              className="outline-none"
              renderEmptyState={() => (
                <p className="px-2 py-3 text-ink-faint">{pageText("filter.no-values")}</p>
              )}
            >
              {value !== undefined && wanted === "" && (
                <ChoiceItem value="" label={pageText("filter.any")} isChosen={false} />
              )}
              {isNew && (
                <ChoiceItem
                  value={typed.trim()}
                  label={pageText("filter.use", { value: escapeText(typed.trim()) })}
                  isChosen={false}
                />
              )}
              {found.map((choice) => (
                <ChoiceItem
                  key={choice.value}
                  value={choice.value}
                  label={valueLabel(name, choice.value)}
                  count={choice.count}
                  isChosen={choice.value === value}
                />
              ))}
            </ListBox>
          </div>
        </Autocomplete>
      </Dialog>
    </Popover>
  );
}

interface ChoiceItemProps {
  readonly value: string;
  readonly label: string;
  readonly count?: number | undefined;
  readonly isChosen: boolean;
}

/** Keys have a letter in front: an empty one would be no key. */
function ChoiceItem({ value, label, count, isChosen }: ChoiceItemProps): ReactNode {
  return (
    <ListBoxItem
      id={`v${value}`}
      textValue={label}
      className="flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 outline-none data-[focused]:bg-selected data-[hovered]:bg-hover"
    >
      <Check size={13} aria-hidden className={isChosen ? "text-accent" : "invisible"} />
      <span className="min-w-0 flex-1 truncate">
        <Recorded text={label} />
      </span>
      {count !== undefined && <span className="text-ink-faint tabular-nums">{formatCount(count)}</span>}
    </ListBoxItem>
  );
}
