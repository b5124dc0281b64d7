## The request of a site that waits for a person.

interaction-time-left = Cette page reste ouverte jusqu’à { $time }.
interaction-time-soon = Il vous reste moins de 5 minutes sur cette page.
interaction-time-extend = Garder plus de temps

interaction-expired-title = Cette page n’est plus valable
interaction-expired-lead = Elle est restée ouverte trop longtemps. Rien n’est perdu : repartez du site, vous reprendrez où vous en étiez.
interaction-expired-home = Retourner à la page de connexion
interaction-done-title = C’est déjà fait
interaction-done-lead = Vous avez terminé cette étape dans un autre onglet.
interaction-done-close = Vous pouvez fermer celui-ci.
interaction-site-about = À propos de { $site }
interaction-site-policy = Protection des données de { $site }
interaction-site-terms = Conditions d’utilisation de { $site }
