/**
 * Under LANG=C and C.UTF-8 WebKitGTK reports the language "C", which `Intl` refuses: charts that format dates at import
 * would not mount. Imported before anything that uses `Intl`.
 */
function isKnown(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}

if (!isKnown(navigator.language)) {
  Object.defineProperty(navigator, "language", { value: "en-GB", configurable: true });
  Object.defineProperty(navigator, "languages", { value: ["en-GB"], configurable: true });
}

export {};
