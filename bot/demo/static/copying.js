// Buttons that copy what stands beside them: `data-copies` names the element. What came of it is said in `says`.
export function copies(says) {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    const source = document.getElementById(button.dataset.copies);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        says.textContent = "Copied.";
      } catch {
        getSelection().selectAllChildren(source);
        says.textContent = "Selected: copy it with the keyboard.";
      }
    });
  }
}
