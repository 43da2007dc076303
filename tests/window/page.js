// Finds things in the page the way assistive technology names them: by role and accessible name.
// Sent with every question; ends with an object `page` that the question uses.
const page = (() => {
  const BY_ROLE = {
    button: "button, [role=button], input[type=submit]",
    link: "a[href], [role=link]",
    textbox: "input:not([type]), input[type=text], input[type=password], input[type=url], textarea, [role=textbox]",
    checkbox: "input[type=checkbox], [role=checkbox]",
    heading: "h1, h2, h3, h4, [role=heading]",
    dialog: "[role=dialog], dialog",
    main: "main", navigation: "nav", complementary: "aside", list: "ul, ol", listitem: "li",
    region: "section, [role=region]", table: "table", img: "[role=img]", form: "form",
    row: "tr, [role=row]", cell: "td, [role=cell], [role=gridcell]", gridcell: "[role=gridcell]",
  };
  const FROM_CONTENT = new Set(["button", "link", "heading", "option", "radio", "checkbox", "tab", "row", "cell", "gridcell",
    "columnheader", "rowheader", "listitem", "alert", "status", "menuitem"]);
  const squeeze = (text) => text.replace(/\s+/g, " ").replace(/ ([,.])/g, "$1").trim();
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false });

  function spoken(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") return "";
    const label = node.getAttribute("aria-label");
    if (label) return label;
    if (!shown(node)) return "";
    const inside = [...node.childNodes].map(spoken).join("");
    return getComputedStyle(node).display.startsWith("inline") ? inside : ` ${inside} `;
  }

  function name(element, role) {
    const labelled = element.getAttribute("aria-labelledby");
    if (labelled) return squeeze(labelled.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" "));
    const label = element.getAttribute("aria-label");
    if (label) return squeeze(label);
    if (element.labels?.length) return squeeze([...element.labels].map(spoken).join(" "));
    if (FROM_CONTENT.has(role)) return squeeze([...element.childNodes].map(spoken).join(""));
    return squeeze(element.getAttribute("title") ?? "");
  }

  const fits = (said, wanted) => (wanted.is !== undefined ? said === wanted.is : said.includes(wanted.has));

  /** Everything in sight with that role and name, in the order of the page. */
  function all({ role, name: wanted, within }) {
    const roots = within ? all(within) : [document];
    const selector = BY_ROLE[role] ?? `[role=${role}]`;
    return roots.flatMap((root) => [...root.querySelectorAll(selector)]).filter((element) => {
      const told = element.getAttribute("role");
      return (told === null || told === role) && (wanted === null || fits(name(element, role), wanted)) && shown(element);
    });
  }

  /** What a person would see now, for the message of a failed test. */
  function dump() {
    // Behind a dialog nothing can be done.
    const front = [...document.querySelectorAll("[role=dialog]")].at(-1) ?? document.body;
    const controls = [...front.querySelectorAll("button, a[href], input, textarea, [role]")].filter(shown).slice(0, 250)
      .map((element) => {
        const role = element.getAttribute("role") ?? element.tagName.toLowerCase();
        return `${role} “${name(element, role === "a" ? "link" : role).slice(0, 90)}”`;
      });
    return `${location.hash}\n--- text\n${front.innerText.slice(0, 5000)}\n--- controls\n${controls.join("\n")}`;
  }

  /** Set by a question that wants to be asked again in the next frame. */
  let again = false;

  /** Asks again after every change of the page, and now and then, until there is an answer or the time is over. */
  function until(ask, milliseconds, done) {
    const end = performance.now() + milliseconds;
    let changed = true;
    let frame = 0;
    const observer = new MutationObserver(() => { changed = true; });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const step = () => {
      frame += 1;
      if (changed || again || frame % 8 === 0) {
        changed = false;
        again = false;
        let answer = null;
        try {
          answer = ask();
        } catch (thrown) {
          observer.disconnect();
          return done({ threw: String(thrown) });
        }
        if (answer !== null && answer !== undefined && answer !== false) {
          observer.disconnect();
          return done({ found: answer });
        }
      }
      if (performance.now() > end) {
        observer.disconnect();
        return done({ missing: dump() });
      }
      requestAnimationFrame(step);
    };
    step();
  }

  let rested = null;

  /** The first that can be used and has been the same element in the same place since the frame before: what is
   * replaced or still moves would be missed by a click. */
  function resting(what, usable) {
    const one = all(what).find(usable);
    if (!one) {
      rested = null;
      return null;
    }
    const { x, y, width, height } = one.getBoundingClientRect();
    const now = { one, place: [x, y, width, height].join() };
    const before = rested;
    rested = now;
    if (before?.one === one && before.place === now.place) return one;
    again = true;
    return null;
  }

  return { all, resting, name, spoken: (element) => squeeze(spoken(element)), dump, until, shown, squeeze };
})();
