//! The documents of a visit as bytes. The store is not asked and no file is written, so that many visits are made at once.

use std::collections::BTreeMap;

use crate::app::error::AppError;
use crate::app::outputs::packs::forms::{self, Languages};
use crate::app::scripts::{self, Doubt};
use crate::app::visit::pack_folders;
use crate::app::workspace::open::{Workspace, failed};
use crate::engagement::visit::lint::Linter;
use crate::engagement::visit::pack::PackContext;
use crate::files;
use crate::model::imported::PersonalField;
use crate::model::text::file_name::safe_name;
use crate::render::document::{Colour, Document};
use crate::render::picture::Pictures;
use crate::render::templates::Templates;
use crate::render::words::{Lang, Words};
use crate::render::{docx, html};
use crate::rules::Rules;
use crate::rules::visit::pack::documents::{DocumentRule, OutputKind};

/// What all visits' documents are made with.
pub(super) struct Press<'w> {
    rules: &'w Rules,
    templates: &'w Templates,
    words: &'w Words,
    languages: Languages,
    linter: Linter<'w>,
    pictures: Pictures,
    accent: Option<Colour>,
    /// What the workspace says outside its templates: messages, offers, products.
    own_words: String,
}

/// One file of a visit; `name` is inside the day's outputs.
pub(super) enum Made {
    /// As it is written, with the personal data it shows.
    Ready {
        name: String,
        bytes: Vec<u8>,
        data: Vec<(&'static str, PersonalField)>,
    },
    /// 人员分工表 and 邀约名单, which come back: the store knows what they left with.
    Team {
        name: String,
    },
    Invited {
        name: String,
    },
}

impl<'w> Press<'w> {
    /// # Errors
    /// Words, pictures or rules of the workspace that cannot be used.
    pub fn new(workspace: &'w Workspace) -> Result<Press<'w>, AppError> {
        let materials = &workspace.file.materials;
        Ok(Press {
            rules: &workspace.rules,
            templates: &workspace.templates,
            words: &workspace.words,
            languages: Languages::load(workspace)?,
            linter: scripts::linter(&workspace.rules)?,
            pictures: materials.pictures(&workspace.root)?,
            accent: materials.accent(),
            own_words: own_words(workspace)?,
        })
    }

    /// All files of a visit, in the order of the rules, and what of their texts is doubtful.
    ///
    /// # Errors
    /// A template that cannot be filled, or that says what must not be said: then there is none of them.
    pub fn documents(&self, context: &PackContext, folder: &str) -> Result<(Vec<Made>, Vec<Doubt>), AppError> {
        let (texts, doubts) = self.texts(context)?;
        let documents = self.rules.documents.ordered().into_iter();
        let wanted = documents.filter(|(_, rule)| !rule.letters || !context.guests.letters.is_empty());
        let made = wanted.map(|(key, rule)| self.document(context, folder, (key, rule), texts.get(key)));
        Ok((made.collect::<Result<Vec<Made>, AppError>>()?, doubts))
    }

    /// The text of each document that has a template, by its key, and what of it is doubtful.
    fn texts(&self, context: &PackContext) -> Result<(BTreeMap<&'w str, String>, Vec<Doubt>), AppError> {
        let (mut texts, mut doubts) = (BTreeMap::new(), Vec::new());
        for (key, rule) in self.rules.documents.ordered() {
            let Some(template) = &rule.template else { continue };
            let text = self.templates.render(template, &context.for_audience(rule.audience.as_deref()))?;
            // An employer may be called whatever it likes.
            let said = text.replace(&context.unit.name, "");
            doubts.extend(scripts::refuse(&self.linter, self.templates, (template, &self.own_words), &said)?);
            texts.insert(key, text);
        }
        Ok((texts, doubts))
    }

    fn document(
        &self,
        context: &PackContext,
        folder: &str,
        (key, rule): (&str, &DocumentRule),
        text: Option<&String>,
    ) -> Result<Made, AppError> {
        let file_name = rule.name(self.words.lang() == Lang::En);
        let name = format!("{}/{folder}/{}.{}", pack_folders::FOLDER, safe_name(&file_name), rule.output.extension());
        let Some(text) = text else {
            return match (rule.form, key) {
                (Some(form), _) => {
                    let asked = (form, rule.audience.as_deref());
                    let bytes = forms::form(&self.languages, self.words, context, asked)?;
                    Ok(Made::Ready { name, bytes, data: Vec::new() })
                }
                (None, "invited") => Ok(Made::Invited { name }),
                (None, _) => Ok(Made::Team { name }),
            };
        };
        let mut document = Document::new(format!("{} {file_name}", context.unit.name), text);
        document.landscape = rule.landscape;
        document.paper = rule.paper;
        document.style = rule.style;
        document.accent = self.accent;
        document.pictures = self.pictures.clone();
        let bytes = match rule.output {
            OutputKind::Html => html::write(&document, self.words).into_bytes(),
            OutputKind::Txt => text.clone().into_bytes(),
            _ => docx::write(&document, self.words)?,
        };
        let data = if rule.guests { names(context) } else { contact_data(context) };
        Ok(Made::Ready { name, bytes, data })
    }
}

fn own_words(workspace: &Workspace) -> Result<String, AppError> {
    let rules = workspace.root.join("rules");
    let mut paths = vec![rules.join("offers.toml"), rules.join("products.toml")];
    let messages = workspace.root.join("templates").join(workspace.words.lang().tag()).join("messages");
    if messages.is_dir() {
        paths.extend(files::below(&messages).map_err(|e| failed(&messages, &e))?.into_iter().map(|(path, _)| path));
    }
    let mut text = String::new();
    for path in paths.iter().filter(|path| path.is_file()) {
        text.push_str(&files::read_own_text(path, files::LONGEST_TEXT).map_err(|e| failed(path, &e))?);
        text.push('\n');
    }
    Ok(text)
}

/// Personal data in the documents of a visit: those of the employer's contact, where one is known.
fn contact_data(context: &PackContext) -> Vec<(&'static str, PersonalField)> {
    let phone = context.contact.as_ref().is_some_and(|c| !c.phone.is_empty());
    let name = context.contact.as_ref().map(|_| ("pack", PersonalField::Name));
    name.into_iter().chain(phone.then_some(("pack", PersonalField::Phone))).collect()
}

/// Personal data of the clients in papers that name them.
pub(super) fn names(context: &PackContext) -> Vec<(&'static str, PersonalField)> {
    let named = context.guests.signers.iter().any(|s| !s.name.is_empty());
    named.then_some(("pack", PersonalField::Name)).into_iter().collect()
}
