"""The screens: Kivy and a console; shows snapshots, emits touches, decides nothing."""
