// Leaves at once, so that "back" does not return here: by the button or by the Escape key. Without this script the link still leaves.
const exit = document.querySelector("[data-quick-exit]");
if (exit) {
  const leave = (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    window.location.replace(exit.href);
  };
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) leave(event);
  });
}
