// Leaves at once, so that "back" does not return here. Without this script the link still leaves.
const exit = document.querySelector("[data-quick-exit]");
if (exit) {
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    document.documentElement.hidden = true;
    window.location.replace(exit.href);
  });
}
