"""The visit (一次评价过程): from invitation to thanks, as a pure machine."""
