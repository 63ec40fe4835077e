// Every page works without this file. It shows a photo before it is sent, leaves a page quickly, prints and copies.
"use strict";

const on = (selector, act) => document.querySelectorAll(selector).forEach(act);

// The photo that was picked is shown at once, so that nobody has to send it to see it.
on("[data-photo]", (frame) => {
  const input = frame.querySelector("input[type=file]");
  const picture = document.createElement("img");
  picture.className = "n-Photo-preview";
  picture.alt = "";
  let shown = "";
  input.addEventListener("change", () => {
    if (shown) URL.revokeObjectURL(shown);
    picture.remove();
    shown = "";
    const file = input.files[0];
    if (!file || !file.type.startsWith("image/")) return;
    shown = URL.createObjectURL(file);
    picture.src = shown;
    frame.prepend(picture);
  });
});

// Leave quickly: the page is replaced, so that "back" does not bring it up again (product G9).
const leave = () => {
  document.body.hidden = true;
  location.replace("about:blank");
};
let escaped = 0;
addEventListener("keydown", (e) => {
  if (e.key !== "Escape") {
    escaped = 0;
    return;
  }
  if (e.timeStamp - escaped < 800 && escaped) leave();
  escaped = e.timeStamp;
});
on("[data-leave]", (button) => {
  button.hidden = false;
  button.addEventListener("click", leave);
});

on("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// One tap selects the whole of an address or a link.
on("[data-copy]", (code) => {
  code.addEventListener("click", () => getSelection().selectAllChildren(code));
});

// A refused form begins with what to look at.
on("[data-problems]", (box) => box.focus());

// The set-up form knows the time zone that this browser is in.
on("input[name=zone]", (input) => {
  if (!input.value) input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
});
