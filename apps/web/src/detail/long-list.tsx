import { pageText } from "@custody/messages";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components/Button";
import { formatCount } from "../text/format.ts";

/** A statement can name a hundred thousand tables; a page that draws them all at once stands still for seconds. */
const STEP = 200;

interface LongListProps<Item> {
  readonly items: readonly Item[];
  readonly className?: string;
  readonly itemClassName?: string;
  readonly children: (item: Item) => ReactNode;
}

/** A list of things that have no identity but their place; the beginning of it, and more on demand. */
export function LongList<Item>({
  items,
  className,
  itemClassName,
  children,
}: LongListProps<Item>): ReactNode {
  const [shown, setShown] = useState(STEP);
  const more = Math.min(items.length - shown, STEP);
  return (
    <>
      <ul className={className}>
        {items.slice(0, shown).map((item, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one thing can stand here twice.
          <li key={at} className={itemClassName}>
            {children(item)}
          </li>
        ))}
      </ul>
      {more > 0 && (
        <Button className="link-button mt-1" onPress={() => setShown(shown + STEP)}>
          {pageText("text.more", { count: formatCount(more) })}
        </Button>
      )}
    </>
  );
}
