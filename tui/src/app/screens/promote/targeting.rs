use flowdeck_surface::client::VersionReference;
use flowdeck_surface::client::promotion::Target;
use flowdeck_surface::client::registry::{ModelAlias, ModelVersion};
use flowdeck_surface::registry::{TargetOffer, target_offers};

use super::PromotePage;
use crate::app::context::{Cx, Go};
use crate::app::fetch::not_empty;
use crate::app::ticket::Ticket;
use crate::app::widgets::dialog::Decision;
use crate::app::widgets::dialog::form::{Field, Form};
use crate::app::widgets::dialog::picker::{Item, Picker};

/// Asks what a version is to be promoted to, then goes to look at that promotion.
#[derive(Debug, Default)]
pub(crate) struct Targeting {
    asking: Option<(Ticket, VersionReference, Vec<TargetOffer>)>,
}

impl Targeting {
    /// Asks what a version is to be promoted to.
    pub(crate) fn start(&mut self, version: &ModelVersion, aliases: &[ModelAlias], cx: &mut Cx<'_>) {
        if !cx.may_change() {
            return;
        }
        let offers = target_offers(version, aliases);
        let items = offers
            .iter()
            .map(|offer| Item::new(offer.label.clone(), offer.detail.clone()))
            .collect();
        let title = format!("Promote {} {} to", version.name, version.version);
        let reference = VersionReference::Number(version.name.clone(), version.version.clone());
        self.asking = Some((
            cx.open_dialog(Picker::new(title, "look", items)),
            reference,
            offers,
        ));
    }

    /// Takes what was decided in a dialog of its own; answers whether it is one.
    pub(crate) fn decide(&mut self, ticket: Ticket, decision: Option<&Decision>, cx: &mut Cx<'_>) -> bool {
        let Some((_, reference, offers)) = self.asking.take_if(|(asked, ..)| *asked == ticket) else {
            return false;
        };
        match decision {
            Some(Decision::Picked(places)) => {
                let offer = places.first().and_then(|&place| offers.get(place));
                match offer.map(|offer| offer.target.clone()) {
                    Some(Some(target)) => go(reference, target, cx),
                    Some(None) => {
                        let form = Form::new("Promote to an alias", "look")
                            .field(Field::text("Alias", "").checked(not_empty));
                        self.asking = Some((cx.open_dialog(form), reference, offers));
                    }
                    None => {}
                }
            }
            Some(Decision::Fields(fields)) => {
                let alias = fields.first().map(|alias| alias.trim()).unwrap_or_default();
                go(reference, Target::alias(alias), cx);
            }
            _ => {}
        }
        true
    }
}

fn go(reference: VersionReference, target: Target, cx: &mut Cx<'_>) {
    cx.go = Some(Go::To(Box::new(PromotePage::of(reference, target))));
}
