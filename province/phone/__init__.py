"""Rating on a citizen's own phone: links, the ratings that come by them, the bounds on both."""
