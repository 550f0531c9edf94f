import { pageText } from "@custody/messages";
import { lazy, type ReactNode } from "react";
import { Chip } from "./chip.tsx";
import type { FacetFilterName } from "./facet-filters.ts";
import { valueLabel } from "./value-label.ts";

const Choices = lazy(() => import("./choices.tsx"));

interface FilterChipProps {
  readonly name: FacetFilterName;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

export function FilterChip({ name, value, onChange }: FilterChipProps): ReactNode {
  return (
    <Chip
      label={pageText(`filter.${name}`)}
      shown={value && valueLabel(name, value)}
      onRemove={() => onChange(undefined)}
      choices={(trigger, close) => (
        <Choices
          name={name}
          value={value}
          trigger={trigger}
          onClose={close}
          onChoose={(chosen) => {
            close();
            onChange(chosen);
          }}
        />
      )}
    />
  );
}
