import { useTranslation } from "react-i18next";

/** The short mark of a product; its name is read. */
export function RegistryMark({ mark, product }: { mark: string; product?: string | undefined }) {
  return <span className="mono-r" {...(product ? { role: "img", "aria-label": product } : { "aria-hidden": true })}>{mark}</span>;
}

/** Says that a connection is the built-in demo. */
export function DemoChip() {
  const { t } = useTranslation();
  return <span className="pill a">{t("common.demo")}</span>;
}
