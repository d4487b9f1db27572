// The page is made for paper: the print dialogue opens by itself. Without scripts the browser's own menu prints it.

addEventListener("load", () => print());
