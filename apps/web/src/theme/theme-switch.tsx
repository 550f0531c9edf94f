import { pageText } from "@custody/messages";
import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { IconButton } from "../frame/icon-button.tsx";
import { type Theme, useTheme } from "./use-theme.ts";

const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

/** One button that goes through the three choices. */
export function ThemeSwitch(): ReactNode {
  const [theme, choose] = useTheme();
  const Icon = ICONS[theme];
  return (
    <IconButton
      label={`${pageText("theme.label")}: ${pageText(`theme.${theme}`)}`}
      onPress={() => choose(NEXT[theme])}
    >
      <Icon size={16} aria-hidden />
    </IconButton>
  );
}
